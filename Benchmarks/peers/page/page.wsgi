# SPDX-License-Identifier: Apache-2.0
from jinja2 import Template

PAGE = Template(
    """<table>
{% for row in range(1000) %}<tr>{% for column in range(6) %}<td>{{ row * column }}</td>{% endfor %}</tr>
{% endfor %}</table>
""",
    autoescape=True,
    keep_trailing_newline=True,
)


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [PAGE.render().encode()]
