"""Privacy at the door: what is not to be kept is nowhere in the project, and what joins still joins."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

import workbench as wb
from workbench.errors import WorkbenchError
from workbench.project.privacy import PrivacyKey

KEY = "a key that nobody guesses, 0123456789"

# Values that stand in no other file: none of them may be found again.
INVOICES = (
    "id,made,due,amount,customer,owner,note,town\n"
    "i1,2024-01-03,2024-02-02,1234.56,Zyxanthus Ltd,quillfeather,"
    '"Mrs Obermeyer rang twice, her husband Wendelin is ill and they cannot pay before the summer",Kuckucksheim\n'
    "i2,2024-01-17,2024-02-16,8765.43,Brindlewood AG,quillfeather,"
    '"Please write to the private address in Hollerbach, as told on the telephone by the daughter",Kuckucksheim\n'
    "i3,2024-02-05,2024-03-06,4321.99,Zyxanthus Ltd,marrowbone,"
    '"Mr Obermeyer has moved to Tannenwald, and the solicitor Strumpf answers all letters from now",Distelfeld\n'
)
CUSTOMERS = "name,size\nZyxanthus Ltd,large\nBrindlewood AG,small\n"
SECRETS = (
    "Zyxanthus", "Brindlewood", "quillfeather", "marrowbone", "Obermeyer", "Wendelin", "Hollerbach", "Kuckucksheim",
    "Distelfeld", "1234.56", "8765.43",
)  # fmt: skip
SOURCES = (
    '[[sources]]\nname = "inv"\npath = "data/inv.csv"\nkind = "cases"\ncase = "id"\n'
    '[sources.attributes]\ninvoice_amount = "amount"\ncustomer_id = "customer"\ndue_date = "due"\n'
    'owner = { column = "owner", type = "cat", level = "case" }\n'
    'note = { column = "note", type = "str", level = "case" }\n'
    'town = { column = "town", type = "cat", level = "case" }\n'
    '[[sources]]\nname = "who"\npath = "data/who.csv"\nkind = "lookup"\nkey = "name"\nto = "customer"\n'
    '[sources.attributes]\nsize = { column = "size", type = "cat", level = "case" }\n'
)
ALL = (
    '[privacy.columns]\ncustomer_id = "pseudonymise"\nowner = "drop"\namount = { range = 1000 }\n'
    'due_date = "month"\ntown = { letters = 1 }\n'
)
EVENTS = '[sources.events]\ninvoice_generated = "made"\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A project of three invoices and two customers, with what is said of privacy."""
    monkeypatch.setenv("WORKBENCH_PRIVACY_KEY", KEY)

    def made(privacy: str = ALL, *, sources: str = SOURCES) -> Path:
        folder = tmp_path / "project"
        (folder / "data").mkdir(parents=True, exist_ok=True)
        (folder / "data" / "inv.csv").write_text(INVOICES)
        (folder / "data" / "who.csv").write_text(CUSTOMERS)
        head, lookup = sources.split('[[sources]]\nname = "who"')
        text = (
            'format = 1\nprocess = "credit-collections"\ntime_zone = "UTC"\ncurrency = "EUR"\nas_of = 2024-06-30\n'
            f'{privacy}{head}{EVENTS}[[sources]]\nname = "who"{lookup}'
        )
        (folder / "project.toml").write_text(text)
        return folder

    return made


def everything(folder: Path) -> str:
    """All that a project keeps beside its data and its own file, tables as text."""
    said = []
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or "data" in path.relative_to(folder).parts or path.name == "project.toml":
            continue
        if path.suffix == ".parquet":
            rows = duckdb.sql(f"SELECT * FROM read_parquet('{path}')")
            said += [" ".join(rows.columns), *(" ".join(map(str, row)) for row in rows.fetchall())]
        said.append(path.read_bytes().decode("latin-1"))
    return "\n".join(said)


def test_no_original_value_is_kept_anywhere(project: Callable) -> None:
    folder = project()
    log = wb.open(folder)
    told = json.dumps(log.finding_records(), default=str) + log.cases().to_csv()
    log.kpis()
    found = everything(folder) + told
    assert "large" in found  # what is kept can be found this way
    assert [secret for secret in SECRETS if secret in found] == []
    assert KEY not in found


def test_what_was_done_is_in_the_manifest_and_in_the_accounting(project: Callable) -> None:
    folder = project()
    log = wb.open(folder)
    done = {
        "customer": "pseudonymise",
        "owner": "drop",
        "amount": "range 1000",
        "due": "month",
        "town": "letters 1",
        "note": "drop",
    }
    (entry,) = [
        one for one in log.finding_records() if one["rule"] == "row_accounting" and one["source"] == "inv"
    ]
    assert entry["privacy"] == done
    (manifest,) = (folder / "store").rglob("manifest.json")
    written = json.loads(manifest.read_text())
    assert written["meta"]["accounting"][0]["privacy"] == done
    assert written["privacy_key"] == PrivacyKey(KEY.encode()).id


def test_values_are_as_the_project_says_and_still_join(project: Callable) -> None:
    cases = wb.open(project()).cases()
    assert list(cases["size"]) == ["large", "small", "large"]
    key = PrivacyKey(KEY.encode())
    assert list(cases["customer_id"]) == [
        key.pseudonym(name) for name in ("Zyxanthus Ltd", "Brindlewood AG", "Zyxanthus Ltd")
    ]
    assert [float(amount) for amount in cases["invoice_amount"]] == [1000, 8000, 4000]
    assert [str(day)[:10] for day in cases["due_date"]] == ["2024-02-01", "2024-02-01", "2024-03-01"]
    assert list(cases["town"]) == ["K", "K", "D"]
    assert "owner" not in cases.columns
    assert "note" not in cases.columns


def test_free_text_is_left_out_unless_it_is_kept(project: Callable) -> None:
    log = wb.open(project(privacy=""))
    (told,) = [one for one in log.finding_list() if one.rule == "free_text_dropped"]
    assert '"note" = "keep"' in told.remedy
    assert "Obermeyer" not in json.dumps(told.as_dict())
    assert "note" not in log.cases().columns
    kept = wb.open(project(privacy='[privacy.columns]\nnote = "keep"\n'))
    assert kept.cases()["note"].str.contains("Obermeyer").any()


def test_what_opening_quotes_is_not_said_of_a_column_that_is_not_kept(project: Callable) -> None:
    """The example of an encoding is a word of a cell."""
    folder = project('[privacy.columns]\nowner = "drop"\n')
    (folder / "data" / "inv.csv").write_bytes(
        INVOICES.replace("marrowbone", "Jörgen Märrowbone").encode("cp1252")
    )
    told = json.dumps(wb.open(folder).finding_records(), ensure_ascii=False)
    assert '"encoding"' in told
    assert "Jörgen" not in told
    assert "Märrowbone" not in told


def test_who_acted_is_pseudonymised(project: Callable, tmp_path: Path) -> None:
    folder = tmp_path / "steps"
    folder.mkdir()
    (folder / "log.csv").write_text(
        "case,what,when,who\na,ask,2024-01-01,Wendelin\na,answer,2024-01-02,Strumpf\n"
    )
    (folder / "project.toml").write_text(
        'format = 1\nprocess = "any-process"\n[privacy]\nresources = "pseudonymise"\n[[sources]]\nname = "log"\n'
        'path = "log.csv"\nkind = "events"\ncase = "case"\nactivity = "what"\ntime = "when"\nresource = "who"\n'
    )
    project()  # sets the key
    log = wb.open(folder)
    key = PrivacyKey(KEY.encode())
    stored = "\n".join(
        str(duckdb.sql(f"SELECT * FROM read_parquet('{path}')").fetchall())
        for path in folder.rglob("events*.parquet")
    )
    assert key.pseudonym("Wendelin") in stored
    assert "Wendelin" not in stored + json.dumps(log.finding_records())


def test_another_key_gives_other_pseudonyms(project: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project()
    before = list(wb.open(folder).cases()["customer_id"])
    monkeypatch.setenv("WORKBENCH_PRIVACY_KEY", KEY[::-1])
    after = list(wb.open(folder).cases()["customer_id"])
    assert set(before).isdisjoint(after)
    monkeypatch.delenv("WORKBENCH_PRIVACY_KEY")
    assert list(wb.open(folder).cases()["customer_id"]) == after  # who only reads needs no key


def test_a_key_inside_the_project_is_refused(project: Callable) -> None:
    folder = project('[privacy]\nkey = "my.key"\n' + ALL)
    (folder / "my.key").write_text(KEY)
    with pytest.raises(WorkbenchError, match="inside the project"):
        wb.open(folder)


@pytest.mark.parametrize(
    ("privacy", "said"),
    [
        ('[privacy.columns]\ncustmer_id = "drop"\n', "Did you mean 'customer_id'"),
        ('[privacy.columns]\nowner = "drp"\n', "Did you mean 'drop'?"),
        ("[privacy.columns]\nowner = { range = 0 }\n", "nothing that can be done"),
        ('[privacy.columns]\nmade = "month"\n', "it can only be kept"),
        ('[privacy.columns]\ncustomer_id = "drop"\n', "kept or pseudonymised"),
        ('[privacy.columns]\nid = "drop"\n', "kept or pseudonymised"),
        ('[privacy.columns]\namount = "pseudonymise"\n', "is of type money"),
        ('[privacy.columns]\ncustomer_id = "pseudonymise"\nname = "drop"\n', "is to be"),
    ],
)
def test_what_makes_no_sense_is_refused(project: Callable, privacy: str, said: str) -> None:
    with pytest.raises(WorkbenchError, match=said.replace("?", r"\?")):
        wb.open(project(privacy))


@pytest.mark.parametrize(("key", "said"), [("", "there is none"), ("short", "too short")])
def test_pseudonyms_need_a_key(
    project: Callable, monkeypatch: pytest.MonkeyPatch, key: str, said: str
) -> None:
    monkeypatch.setenv("WORKBENCH_PRIVACY_KEY", key)
    with pytest.raises(WorkbenchError, match=said):
        wb.open(project())


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    """One engine for all that is drawn."""
    with duckdb.connect() as con:
        yield con


@given(value=st.text(min_size=1), secret=st.binary(min_size=1, max_size=200))
def test_the_engine_hashes_as_the_standard_library_does(
    duck: duckdb.DuckDBPyConnection, value: str, secret: bytes
) -> None:
    key = PrivacyKey(secret)
    inner, outer = (f"unhex('{pad.hex()}')" for pad in key.pads)
    value = value.replace("\0", "")
    found = duck.execute(f"SELECT {key.sql('$1::VARCHAR', inner, outer)}", [value]).fetchone()
    assert found == (key.pseudonym(value),)
