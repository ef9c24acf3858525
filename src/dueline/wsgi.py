"""The site as a WSGI application, for `dueline serve` and for a server of one's own."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dueline.settings")
application = get_wsgi_application()
