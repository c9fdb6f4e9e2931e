"""The subjects that are whole scenes: PHP's sessions, tools, proxies, frameworks, and what never to do."""

from . import proxies, sessions

SCENES = [*sessions.SUBJECTS, *proxies.SUBJECTS]
