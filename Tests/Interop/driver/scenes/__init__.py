"""The subjects that are whole scenes: PHP's sessions, tools, proxies, frameworks, and what never to do."""

from . import frameworks, magent, never, nutcracker, proxies, sessions, tools

SCENES = [each for module in (sessions, tools, proxies, nutcracker, magent, frameworks, never) for each in module.SUBJECTS]
