"""Logging without patient data."""

import logging


class WithoutContent(logging.Filter):
    """Replaces a traceback by the kind and place of the error: exception texts and locals may hold patient data."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info:
            kind, _, trace = record.exc_info
            place = ""
            while trace is not None:
                code = trace.tb_frame.f_code
                place = f"{code.co_filename}:{trace.tb_lineno} {code.co_name}"
                trace = trace.tb_next
            record.msg = f"{record.getMessage()} [{kind.__name__ if kind else 'error'} at {place}]"
            record.args = ()
            record.exc_info = None
            record.exc_text = None
        return True
