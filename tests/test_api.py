"""The Python face: what it says of itself, roles in every process, logs that never change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import workbench as wb

FRAME = pd.DataFrame(
    [
        ("r1", "Create", "2026-01-01 09:00", "ana", 100.0),
        ("r1", "Pay", "2026-01-11 09:00", "bot", 100.0),
        ("r2", "Create", "2026-01-02 09:00", "ben", 50.0),
    ],
    columns=["Order", "Step", "At", "Who", "Worth"],
)
ROLES = {"case": "Order", "activity": "Step", "time": "At", "resource": "Who"}


def _load(**options: Any) -> Any:
    return wb.load(FRAME, mapping=ROLES, time_zone="UTC", **options)


@pytest.mark.parametrize("process", ["any-process", "credit-collections", "lead-to-cash"])
def test_the_roles_work_for_every_process(process: str) -> None:
    log = _load(process=process)
    assert log.map()[["source", "target", "count"]].to_numpy().tolist() == [["Create", "Pay", 1]]
    assert log.to_pandas(derived=False)["resource"].tolist() == ["ana", "bot", "ben"]


def test_a_log_says_what_it_is() -> None:
    assert repr(_load()) == (
        "<Log Any process: 2 cases (0 open), 3 events, 2026-01-01 to 2026-01-11 as of, UTC>"
    )


def test_every_table_is_a_pandas_frame() -> None:
    log = _load()
    for table in (
        log.map(),
        log.activities(),
        log.variants(),
        log.cases(),
        log.kpis(),
        log.rules(),
        log.to_pandas(),
    ):
        assert isinstance(table, pd.DataFrame)
    assert log.variants()["cases"].tolist() == [1, 1]
    assert log.rows("AP01")["case_id"].tolist() == ["r1", "r2"]


def test_another_log_leaves_the_first_as_it_was() -> None:
    log = _load()
    before = log.map().to_dict("records")
    assert len(log.filter(has=["Pay"]).cases()) == 1
    assert len(log.at("2026-01-01").cases()) == 1
    # A frame is the caller's own: what becomes of it is nothing to the log.
    frame = log.map()
    frame["count"] = 0
    assert log.map().to_dict("records") == before
    assert len(log.cases()) == 2


def test_an_attribute_and_an_event_from_one_column(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text("Bill,Made,Over\nA,2026-01-02,2026-01-12\nB,2026-01-03,\n", encoding="utf-8")
    mapping = {
        "case": "Bill", "invoice_date": "Made", "invoice_generated": "Made", "invoice_settled": "Over"
    }  # fmt: skip
    log = wb.load(source, process="credit-collections", mapping=mapping, time_zone="UTC")
    assert log.map(derived=False)[["source", "target", "count"]].to_numpy().tolist() == [
        ["invoice_generated", "invoice_settled", 1]
    ]
    assert [str(day)[:10] for day in log.cases()["invoice_date"]] == ["2026-01-02", "2026-01-03"]
    assert log.kpis(["CC06"])["value"].tolist() == [10]


PEOPLE = pd.DataFrame(
    [
        ("r1", "Create", "2026-01-01", "ana", "Zyxanthus", "1970-02-03", 1234.5),
        ("r1", "Pay", "2026-01-11", "bot", "Zyxanthus", "1970-02-03", 1234.5),
        ("r2", "Create", "2026-01-02", "ben", "Brindlewood", "1981-05-06", 50.0),
    ],
    columns=["Order", "Step", "At", "Who", "Customer", "Birth", "Income"],
).assign(Remark=[f"Mrs Obermeyer rang twice and will not pay before the summer, call {n}" for n in range(3)])


def test_privacy_is_kept_without_a_project_as_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("key").write_text("a key that nobody guesses, 0123456789")
    log = wb.load(
        PEOPLE,
        mapping={**ROLES, "remark": "Remark"},
        time_zone="UTC",
        privacy={
            "resources": "drop",
            "key": "key",
            "columns": {"Customer": "pseudonymise", "Birth": "year", "Income": {"range": 1000}},
        },
    )
    frame = log.to_pandas(derived=False)
    told = frame.to_csv() + str(log.finding_records()) + log.cases().to_csv()
    assert not [word for word in ("Zyx", "Brindle", "Obermeyer", "ana", "1234", "02-03") if word in told]
    assert frame.get("resource", pd.Series(dtype=str)).isna().all()
    cases = log.cases().set_index("case_id")
    assert cases["customer"].str.fullmatch("[0-9a-f]{24}").all()
    assert cases["customer"].nunique() == 2
    assert cases["income"].astype(float).tolist() == [1000.0, 0.0]
    assert log.accounting()["privacy"].iloc[0] == {
        "Customer": "pseudonymise",
        "Birth": "year",
        "Income": "range 1000",
        "Remark": "drop",
    }


def test_without_a_word_on_privacy_a_frame_is_read_as_it_is() -> None:
    def told(**options: Any) -> str:
        log = wb.load(PEOPLE, mapping={**ROLES, "remark": "Remark"}, time_zone="UTC", **options)
        return log.to_pandas(derived=False).to_csv() + log.cases().to_csv()

    assert "Obermeyer" in told()
    assert "Obermeyer" not in told(privacy={})
    assert "Zyxanthus" in told(privacy={})
    assert "Obermeyer" in told(privacy={"columns": {"remark": "keep"}})


@pytest.mark.parametrize(
    ("privacy", "said"),
    [
        ({"colums": {}}, "Did you mean 'columns'"),
        ({"columns": {"Custmer": "drop"}}, "Did you mean 'customer'"),
        ({"columns": {"Customer": "hide"}}, "nothing that can be done to a column"),
        ({"columns": {"Customer": "pseudonymise"}}, "Pseudonyms need a key"),
    ],
)
def test_privacy_that_makes_no_sense_is_refused(
    privacy: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKBENCH_PRIVACY_KEY", raising=False)
    with pytest.raises(wb.WorkbenchError, match=said):
        wb.load(PEOPLE, mapping=ROLES, time_zone="UTC", privacy=privacy)
