/* Draws the aging chart from what the page says, in the theme's colours. */
(() => {
  const place = document.getElementById("chart");
  if (!place || !window.echarts) return;
  const facts = JSON.parse(place.dataset.chart);
  const chart = window.echarts.init(place, null, { renderer: "svg" });
  const draw = () => {
    const style = getComputedStyle(document.documentElement);
    const token = (name) => style.getPropertyValue(name).trim();
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: "Inter, system-ui, sans-serif", color: token("--ink-3") },
      grid: { left: 56, right: 4, top: 8, bottom: 24 },
      xAxis: { type: "category", data: facts.buckets, axisTick: { show: false }, axisLabel: { color: token("--ink-3") }, axisLine: { lineStyle: { color: token("--line") } } },
      yAxis: { type: "value", splitNumber: 4, axisLabel: { color: token("--ink-3"), formatter: (v) => (v ? `$${v / 1000}k` : "0") }, splitLine: { lineStyle: { color: token("--line-soft") } } },
      series: facts.series.map((one, index) => ({
        type: "bar", name: one.name, barGap: "5%", data: one.dollars.map(Number),
        itemStyle: { color: token(index ? "--age-2" : "--age-5") },
      })),
    });
  };
  draw();
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  window.addEventListener("resize", () => chart.resize());
})();
