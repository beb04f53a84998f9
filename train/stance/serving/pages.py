"""What a page is made of: templates filled on the server, and files served by their fixed names."""

from importlib import resources

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


def static_routes(names: tuple[str, ...]) -> list[Route]:
    """One route for each file of the package, read once: no request names a path on the disk."""
    folder = resources.files("stance.serving") / "static"
    return [_route(name, (folder / name).read_text(encoding="utf-8")) for name in names]


def _route(name: str, content: str) -> Route:
    kind = _KINDS[name[name.rindex(".") :]]

    async def answered(request: Request) -> Response:
        return Response(content, media_type=kind)

    return Route(f"/static/{name}", answered, methods=["GET"])


def filled(template: str, **values: object) -> Response:
    """The template with the values, each of them escaped."""
    from stance.evaluation.render_html import page

    return Response(page(template, package="stance.serving", **values), media_type="text/html")
