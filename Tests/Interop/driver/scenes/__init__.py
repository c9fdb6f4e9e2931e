"""The subjects that are whole scenes: PHP's sessions, tools, proxies, frameworks, and what never to do."""

from . import frameworks, never, nutcracker, proxies, sessions, tools

SCENES = [*sessions.SUBJECTS, *tools.SUBJECTS, *proxies.SUBJECTS, *nutcracker.SUBJECTS, *frameworks.SUBJECTS, *never.SUBJECTS]
