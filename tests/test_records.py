"""Plain values of a frame: nothing has a sign that it does not deserve."""

from __future__ import annotations

import json

import pandas as pd

from workbench.records import as_records


def test_nought_has_no_sign() -> None:
    frame = pd.DataFrame({"value": [-0.0, -0.0000001, -1.5, float("nan")]})
    assert json.dumps([record["value"] for record in as_records(frame)]) == "[0.0, 0.0, -1.5, null]"
