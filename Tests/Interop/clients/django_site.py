"""A Django site: `visit SESSION` counts in a session of the cache, `page PATH` is kept by cache_page. VARIANT is its backend:
pymemcache, pylibmc, or retrying, which is pymemcache's with three lines of one's own."""

import itertools

import django
import behaviors
from django.conf import settings
from django.core.cache.backends.memcached import PyMemcacheCache
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.cache import cache_page
from pymemcache.client.hash import HashClient
from pymemcache.client.retrying import RetryingClient
from speaker import arguments, serve

BACKENDS = "django.core.cache.backends.memcached."
HASH_OPTIONS = {"retry_attempts": 0, "dead_timeout": 2, "connect_timeout": 1, "timeout": 2}


class RetryingCache(PyMemcacheCache):
    """Says a request again that has come upon a side that died: by then that side is left out."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = lambda servers, **options: RetryingClient(HashClient(servers, **options), attempts=3, retry_delay=0.01)


CACHES = {
    "pymemcache": {"BACKEND": BACKENDS + "PyMemcacheCache", "OPTIONS": HASH_OPTIONS},
    "pylibmc": {"BACKEND": BACKENDS + "PyLibMCCache", "OPTIONS": {"behaviors": behaviors.SEVERAL}},
    "retrying": {"BACKEND": f"{__name__}.RetryingCache", "OPTIONS": HASH_OPTIONS},
}
servers, variant = arguments()
settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="of a test",
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    INSTALLED_APPS=["django.contrib.sessions"],
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
    CACHES={"default": {**CACHES[variant], "LOCATION": servers}},
)
renderings = itertools.count(1)


def visit(request):
    request.session["count"] = request.session.get("count", 0) + 1
    return HttpResponse(str(request.session["count"]))


@cache_page(600)
def page(request, name):
    return HttpResponse(f"{name}, rendered as number {next(renderings)}")


urlpatterns = [path("visit", visit), path("page/<str:name>", page)]


class Site:
    def __init__(self):
        self.browsers = {}

    def visit(self, session):
        return int(self.asked(self.browsers.setdefault(session, Client()), "/visit"))

    def page(self, name):
        return self.asked(Client(), f"/page/{name}")

    def asked(self, browser, path):
        answer = browser.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"status {answer.status_code}")
        return answer.content


django.setup()
serve(Site(), django.get_version())
