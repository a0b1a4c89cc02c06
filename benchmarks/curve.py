"""The growth curve as a picture that stands on its own: time and memory against events, events in powers of ten."""

from __future__ import annotations

from typing import Any

from workbench.draw.palette import COLOURS

__all__ = ["drawn"]

_WIDTH, _HEIGHT = 300, 220
_GB = 10**9


def drawn(points: list[dict[str, float]]) -> str:
    """An SVG of two panels; each point has events, seconds and memory (bytes). The same points, the same bytes."""
    import vl_convert

    rows = [{**point, "memory": point["memory"] / _GB} for point in points]
    sizes = [point["events"] for point in points]
    panels = [
        _panel("seconds", "Prepared and mapped, seconds", sizes, logarithmic=True),
        _panel("memory", "Peak memory, GB", sizes, logarithmic=False),
    ]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": COLOURS["paper"],
        "data": {"values": rows},
        "hconcat": panels,
        "config": {
            "font": "Arial, Liberation Sans, sans-serif",
            "axis": {
                "labelColor": COLOURS["muted"],
                "titleColor": COLOURS["ink"],
                "gridColor": COLOURS["line"],
                "domainColor": COLOURS["axis"],
                "tickColor": COLOURS["axis"],
            },
            "view": {"stroke": None},
        },
    }
    return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])) + "\n"


def _panel(name: str, title: str, sizes: list[float], *, logarithmic: bool) -> dict[str, Any]:
    scale = {"type": "log"} if logarithmic else {"zero": True}
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "mark": {
            "type": "line",
            "color": COLOURS["accent"],
            "point": {"filled": True, "color": COLOURS["accent"], "size": 50},
        },
        "encoding": {
            "x": {
                "field": "events",
                "type": "quantitative",
                "scale": {"type": "log", "nice": False},
                "axis": {"title": "Events", "format": ".2~s", "values": sizes},
            },
            "y": {
                "field": name,
                "type": "quantitative",
                "scale": scale,
                "axis": {"title": title, "tickCount": 5},
            },
        },
    }
