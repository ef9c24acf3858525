"""How sure a share is: the interval in which the true one lies, given how few were counted."""

from math import sqrt

_Z95 = 1.959963984540054  # standard normal, 97.5 %


def wilson(count: float, total: float) -> tuple[float, float]:
    """Return the 95 % interval of a share, between 0 and 1; (0, 1) where nothing was counted.

    Wilson's score interval: holds for few counts and for none or all of them. Source: Wilson, J. Am. Stat.
    Assoc. 22 (1927) 209; recommended by Brown, Cai and DasGupta, Stat. Sci. 16 (2001) 101.
    """
    if total <= 0:
        return 0.0, 1.0
    share, square = count / total, _Z95 * _Z95
    middle = (share + square / (2 * total)) / (1 + square / total)
    reach = _Z95 * sqrt(share * (1 - share) / total + square / (4 * total * total))
    reach /= 1 + square / total
    low = 0.0 if count == 0 else max(0.0, middle - reach)
    high = 1.0 if count == total else min(1.0, middle + reach)
    return low, high
