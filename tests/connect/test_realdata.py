"""The real files, through the example projects and through `workbench new`: the figures of their README, exact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from workbench.connect import new_project, read_frame, read_project
from workbench.errors import WorkbenchError
from workbench.log.raw import RawLog
from workbench.project import load_project
from workbench.template import load_template

pytestmark = pytest.mark.realdata


class Asked:
    """A raw log asked in SQL, `events` and `cases` standing for its tables."""

    def __init__(self, log: RawLog) -> None:
        self.log = log

    def one(self, query: str) -> tuple:
        return self.all(query)[0]

    def all(self, query: str) -> list[tuple]:
        query = query.replace("events", self.log.events.get_name()).replace(
            "cases", self.log.cases.get_name()
        )
        return [tuple(row) for row in self.log.backend.con.execute(query).fetchall()]

    def blocking(self) -> list[str]:
        return [one.rule for one in self.log.findings if one.severity == "block"]

    def variants(self) -> list[tuple[int, list[str]]]:
        path = "SELECT list(activity ORDER BY time, src_order) AS path FROM events GROUP BY case_id"
        return self.all(f"SELECT count(*) AS n, path FROM ({path}) GROUP BY path ORDER BY n DESC, path")

    def edges(self) -> dict[tuple[str, str], int]:
        following = (
            "SELECT activity AS one, lead(activity) OVER (PARTITION BY case_id ORDER BY time, src_order) AS other "
            "FROM events"
        )
        found = self.all(
            f"SELECT one, other, count(*) FROM ({following}) WHERE other IS NOT NULL GROUP BY ALL"
        )
        return {(one, other): count for one, other, count in found}


@pytest.fixture
def example(root: Path, realdata: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Asked]:
    def reading(name: str, folder: str) -> Asked:
        monkeypatch.setenv("DATA", str(realdata / folder))
        project = load_project(root / "examples" / name)
        return Asked(read_project(project, load_template(project.process)))

    return reading


@pytest.fixture
def proposed(realdata: Path, tmp_path: Path) -> Callable[..., Asked]:
    """A project by `workbench new`, without an edit."""

    def reading(process: str, *files: str, **options) -> Asked:
        report = new_project(
            tmp_path / "project", process=process, sources=[realdata / file for file in files], **options
        )
        return Asked(read_project(report.project, load_template(process)))

    return reading


LATE = "datediff('day', due_date, settled)"
PAID = "(SELECT case_id, min(day) AS settled FROM events WHERE activity = 'invoice_settled' GROUP BY case_id)"


def receivables_are_exact(found: Asked, country: str) -> None:
    assert found.blocking() == []
    assert found.one("SELECT count(*), sum(invoice_amount) FROM cases") == (2466, Decimal("147703.18"))
    assert found.one("SELECT count(*), min(day), max(day) FROM events")[0] == 4932
    joined = f"cases JOIN {PAID} USING (case_id)"
    assert found.one(f"SELECT count(*) FILTER ({LATE} > 0) FROM {joined}") == (877,)
    mean_late, to_settle = found.one(
        f"SELECT avg(greatest({LATE}, 0)), avg(datediff('day', invoice_date, settled)) FROM {joined}"
    )
    assert (round(mean_late, 3), round(to_settle, 3)) == (3.442, 26.445)
    assert found.one("SELECT count(*) FILTER (is_disputed) FROM cases") == (561,)
    by_country = found.all(
        f"SELECT {country}, round(avg(greatest({LATE}, 0)), 3) FROM {joined} GROUP BY 1 ORDER BY 1"
    )
    assert by_country == [("391", 1.854), ("406", 3.941), ("770", 3.642), ("818", 4.817), ("897", 3.609)]
    still_open = f"{joined} WHERE invoice_date <= DATE '2012-12-31' AND settled > DATE '2012-12-31'"
    assert found.one(f"SELECT count(*), sum(invoice_amount) FROM {still_open}") == (99, Decimal("5725.06"))


def test_receivables_by_the_example(example: Callable) -> None:
    receivables_are_exact(example("receivables", "ibm_receivables"), "country_code")


def test_receivables_need_no_edit(proposed: Callable) -> None:
    found = proposed("credit-collections", "ibm_receivables/receivables.csv")
    labels = {attribute.label: attribute.name for attribute in found.log.attributes}
    receivables_are_exact(found, labels["countryCode"])
    assert found.all("SELECT DISTINCT activity FROM events ORDER BY 1") == [
        ("invoice_generated",),
        ("invoice_settled",),
    ]


def test_receivables_straight_from_the_file(realdata: Path) -> None:
    found = Asked(
        read_frame(realdata / "ibm_receivables" / "receivables.csv", load_template("credit-collections"))
    )
    assert found.one("SELECT count(*), sum(invoice_amount) FROM cases") == (2466, Decimal("147703.18"))


WESTERN, CHINESE = ("Île-de-France", "Köln", "España"), ("上海市", "北京市", "广东省")
DIALECTS = [
    # delimiter, encoding, dates, decimal comma, line ends, words in a column of regions
    (",", "utf-8", "%m/%d/%Y", False, "\n", WESTERN),
    (",", "utf-8-sig", "%d/%m/%y", False, "\r\n", WESTERN),
    (",", "cp1252", "%Y-%m-%d", True, "\n", WESTERN),
    (",", "utf-16", "%d-%b-%Y", False, "\r\n", CHINESE),
    (";", "utf-8", "%d.%m.%Y", True, "\r\n", CHINESE),
    (";", "cp1252", "%d/%m/%Y", True, "\r\n", WESTERN),
    (";", "utf-16", "%d/%m/%Y", True, "\n", WESTERN),
    (";", "gb18030", "%Y/%m/%d", False, "\n", CHINESE),
    ("\t", "utf-16", "%m/%d/%Y", False, "\r\n", WESTERN),
    ("\t", "utf-16-be", "%Y-%m-%d", False, "\n", CHINESE),
    ("\t", "latin-1", "%d.%m.%y", True, "\r", WESTERN),
    ("\t", "gb18030", "%Y年%m月%d日", False, "\r\n", CHINESE),
    ("|", "utf-8", "%Y%m%d", False, "\n", WESTERN),
    ("|", "cp1252", "%m/%d/%y", False, "\r\n", WESTERN),
    ("|", "gb18030", "%d/%m/%Y", True, "\n", CHINESE),
]
Dialect = tuple[str, str, str, bool, str, tuple[str, ...]]


@cache
def _day(text: str) -> datetime:
    return datetime.strptime(text, "%m/%d/%Y")


def saved(
    realdata: Path,
    dialect: Dialect,
    only: Callable[[datetime], bool] = lambda day: True,
) -> bytes:
    """The receivables with a column of regions, saved in a dialect; `only` keeps invoices by all their dates."""
    import csv
    import io

    delimiter, encoding, dates, comma, ends, regions = dialect
    with open(realdata / "ibm_receivables" / "receivables.csv", encoding="utf-8", newline="") as file:
        header, *lines = list(csv.reader(file))
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter, lineterminator=ends)
    writer.writerow([*header, "Region"])
    for number, line in enumerate(lines):
        days = {place: _day(line[place]) for place, name in enumerate(header) if name.endswith("Date")}
        if all(map(only, days.values())):
            amount = header.index("InvoiceAmount")
            line[amount] = line[amount].replace(".", ",") if comma else line[amount]
            cells = [
                days[place].strftime(dates) if place in days else cell for place, cell in enumerate(line)
            ]
            writer.writerow([*cells, regions[number % len(regions)]])
    return target.getvalue().encode(encoding)


def log_of(folder: Path, content: bytes) -> tuple[Asked, int]:
    """What `workbench new` makes of a file: its log, and how many questions are left."""
    folder.mkdir()
    (folder / "receivables.csv").write_bytes(content)
    report = new_project(
        folder / "project", process="credit-collections", sources=[folder / "receivables.csv"]
    )
    return Asked(read_project(report.project, load_template("credit-collections"))), report.gaps


@pytest.fixture(scope="module")
def plainly(
    realdata: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[tuple[str, ...]], list[bytes]]:
    """Events and cases of the receivables saved without any trap, by the words in the column of regions."""

    @cache
    def tables(regions: tuple[str, ...]) -> list[bytes]:
        plain = (",", "utf-8", "%Y-%m-%d", False, "\n", regions)
        found, _ = log_of(tmp_path_factory.mktemp("plain") / "one", saved(realdata, plain))
        return [repr(found.all(query)).encode() for query in BOTH]

    return tables


BOTH = [f"SELECT * FROM {table} ORDER BY ALL" for table in ("events", "cases")]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: " ".join(map(str, one[1:3])))
def test_receivables_saved_in_another_dialect(
    realdata: Path, tmp_path: Path, dialect: Dialect, plainly: Callable[[tuple[str, ...]], list[bytes]]
) -> None:
    one, questions = log_of(tmp_path / "one", saved(realdata, dialect))
    assert (questions, one.blocking()) == (0, [])
    assert [repr(one.all(query)).encode() for query in BOTH] == plainly(dialect[-1])
    assert one.one("SELECT count(*), sum(invoice_amount) FROM cases") == (2466, Decimal("147703.18"))
    assert set(dialect[-1]) == {region for (region,) in one.all("SELECT DISTINCT region FROM cases")}


def test_receivables_whose_days_could_be_months_are_asked_about(realdata: Path, tmp_path: Path) -> None:
    dialect = (",", "utf-8", "%d/%m/%Y", False, "\n", WESTERN)
    found, questions = log_of(tmp_path / "in", saved(realdata, dialect, only=lambda day: day.day <= 12))
    assert questions > 0
    assert "ambiguous_date" in found.blocking()
    asked = next(one for one in found.log.findings if one.rule == "ambiguous_date")
    assert [one["format"] for one in asked.data["readings"]] == ["%d/%m/%Y", "%m/%d/%Y"]


def test_road_fines_by_the_example(example: Callable) -> None:
    found = example("road-fines", "road_fines")
    assert found.blocking() == []
    assert found.one("SELECT count(*), count(DISTINCT case_id) FROM events") == (34724, 10000)
    variants, edges = found.variants(), found.edges()
    assert len(variants) == 44
    assert variants[0] == (3428, ["Create Fine", "Payment"])
    assert [count for count, _ in variants[:3]] == [3428, 3273, 1890]
    assert len(edges) == 40
    assert edges["Create Fine", "Send Fine"] == 6557
    assert edges["Send Fine", "Insert Fine Notification"] == 4633
    assert edges["Insert Fine Notification", "Add penalty"] == 4417
    assert found.one("SELECT sum(amount), sum(total_paid) FROM cases") == (
        Decimal(345580),
        Decimal("210495.9"),
    )


def test_road_fines_as_collections(example: Callable) -> None:
    found = example("road-fines-credit", "road_fines")
    assert found.blocking() == []
    assert found.one("SELECT sum(invoice_amount) FROM cases") == (Decimal(345580),)
    paid = "activity = 'payment_received'"
    assert found.one(f"SELECT sum(payment_amount), count(DISTINCT case_id) FROM events WHERE {paid}") == (
        Decimal("210495.9"),
        4626,
    )
    placed = "SELECT DISTINCT case_id FROM events WHERE activity = 'handed_to_agency'"
    both = f"SELECT DISTINCT case_id FROM events WHERE {paid} INTERSECT {placed}"
    assert found.one(f"SELECT (SELECT count(*) FROM ({placed})), (SELECT count(*) FROM ({both}))") == (
        3387,
        86,
    )
    days = "SELECT datediff('day', min(day), max(day)) AS days FROM events GROUP BY case_id"
    mean, median = found.one(f"SELECT avg(days), median(days) FROM ({days})")
    assert (round(mean, 2), median) == (296.14, 125.0)


def test_road_fines_by_their_names(proposed: Callable) -> None:
    found = proposed("credit-collections", "road_fines/traffic_fines_10k.csv")
    assert found.blocking() == []
    assert found.one("SELECT count(*), count(DISTINCT case_id) FROM events") == (34724, 10000)
    assert len(found.variants()) == 44
    # The column of payments has lost its decimal point: whoever takes it by its name is told.
    lost = [one for one in found.log.findings if one.rule == "decimal_point_lost"]
    assert [one.data or one.message.split("'")[1] for one in lost] == ["paymentamount"]


def crm_is_exact(found: Asked) -> None:
    assert found.blocking() == []
    assert found.one("SELECT count(*) FROM cases") == (8800,)
    counts = dict(found.all("SELECT activity, count(*) FROM events GROUP BY 1"))
    assert counts == {"opportunity_created": 8300, "opportunity_won": 4238, "opportunity_lost": 2473}
    won = "cases WHERE case_id IN (SELECT case_id FROM events WHERE activity = 'opportunity_won')"
    total, median = found.one(f"SELECT sum(opportunity_value), median(opportunity_value) FROM {won}")
    assert (total, float(median)) == (Decimal(10005534), 1117.0)
    by_region = found.all(f"SELECT region, count(*), sum(opportunity_value) FROM {won} GROUP BY 1 ORDER BY 1")
    assert by_region == [
        ("Central", 1629, Decimal(3346293)),
        ("East", 1171, Decimal(3090594)),
        ("West", 1438, Decimal(3568647)),
    ]
    days = (
        "SELECT datediff('day', min(day), max(day)) AS days, arg_max(activity, src_order) AS outcome FROM events "
        "GROUP BY case_id HAVING count(*) = 2"
    )
    closing = found.all(
        f"SELECT outcome, round(avg(days), 2), median(days) FROM ({days}) GROUP BY 1 ORDER BY 1"
    )
    assert closing == [("opportunity_lost", 41.48, 14.0), ("opportunity_won", 51.78, 57.0)]
    quarters = found.all(
        "SELECT count(*) FROM events WHERE activity = 'opportunity_won' GROUP BY quarter(day) ORDER BY quarter(day)"
    )
    assert quarters == [(531,), (1254,), (1257,), (1196,)]


def test_crm_by_the_example(example: Callable) -> None:
    found = example("maven-crm", "maven_crm")
    crm_is_exact(found)
    assert found.one("SELECT count(*) FROM cases WHERE list_price IS NULL") == (0,)
    assert "unmatched_join" not in {one.rule for one in found.log.findings}


def test_crm_from_its_four_files(proposed: Callable) -> None:
    files = [f"maven_crm/{name}.csv" for name in ("sales_pipeline", "accounts", "products", "sales_teams")]
    found = proposed("lead-to-cash", *files)
    crm_is_exact(found)
    (missing,) = [one for one in found.log.findings if one.rule == "unmatched_join"]
    assert missing.data["values"][0] == {"value": "GTXPro", "rows": missing.count, "near": "GTX Pro"}


def test_the_running_example(proposed: Callable) -> None:
    found = proposed("any-process", "small/running-example.csv")
    assert found.one("SELECT count(*), count(DISTINCT case_id) FROM events") == (42, 6)
    assert len(found.variants()) == 6
    assert found.log.zone == "Europe/Paris"


def test_lone_carriage_returns_and_days_first(proposed: Callable) -> None:
    found = proposed("any-process", "awkward/day_first_cr_only.csv")
    assert found.blocking() == []
    assert found.one("SELECT count(*), count(DISTINCT case_id), count(DISTINCT activity) FROM events") == (
        7548,
        3885,
        6,
    )
    assert found.one("SELECT min(day), max(day) FROM events") == (date(2010, 3, 1), date(2010, 4, 30))
    assert len(found.variants()) == 354


def test_semicolons_and_latin_1(proposed: Callable) -> None:
    found = proposed(
        "any-process",
        "awkward/problems_semicolon_latin1.csv",
        case="Problem Number",
        activity="Problem Status",
        time="Problem Change Date+Time",
    )
    assert found.one("SELECT count(*), count(DISTINCT case_id) FROM events") == (2351, 819)
    assert "encoding" in {one.rule for one in found.log.findings}


@pytest.mark.parametrize("said", [{}, {"case": "ocel:type:orders"}])
def test_orders_with_reminders(proposed: Callable, said: dict[str, str]) -> None:
    found = proposed("any-process", "order_reminders_ocel/ocel_order_simulated.csv", **said)
    reminded = (
        "SELECT case_id, count(*) AS n FROM events WHERE activity = 'payment reminder' GROUP BY case_id"
    )
    assert found.one(f"SELECT count(*), sum(n) FROM ({reminded})") == (414, 514)
    assert found.one("SELECT count(*), count(DISTINCT case_id) FROM events") == (6514, 2000)
    assert found.variants()[0][0] == 1586
    assert len(found.variants()) == 6


def test_a_pivot_export_is_refused_with_the_reason(proposed: Callable) -> None:
    with pytest.raises(
        WorkbenchError, match=r"no data table: 4 of 7 columns .* no name in row 1, as in a pivot"
    ):
        proposed("lead-to-cash", "awkward/pivot_export_sales_pipeline.csv")


def test_the_running_example_as_xes_is_that_of_the_csv(proposed: Callable) -> None:
    found = proposed("any-process", "small/running-example.xes")
    assert found.blocking() == []
    assert found.one("SELECT count(*), count(DISTINCT case_id) FROM events") == (42, 6)
    assert len(found.variants()) == 6
    assert found.log.zone == "Europe/Paris"


def test_road_fines_as_xes_keep_their_local_dates(proposed: Callable) -> None:
    found = proposed("any-process", "road_fines/roadtraffic100traces.xes")
    assert found.one("SELECT count(*), count(DISTINCT case_id) FROM events") == (390, 100)
    # Midnight in Italy is 22 or 23 h of the day before in UTC.
    assert found.one("SELECT count(*) FROM events WHERE hour(time) IN (22, 23)") == (390,)
    assert found.one("SELECT count(*) FROM events WHERE day = CAST(time AS DATE) + 1") == (390,)


def test_loan_applications_as_packed_xes(proposed: Callable) -> None:
    found = proposed("any-process", "bpic2012/BPI_Challenge_2012_A.xes.gz")
    assert found.blocking() == []
    assert found.one("SELECT count(*), count(DISTINCT case_id) FROM events") == (60849, 13087)
    assert [count for count, _ in found.variants()[:3]] == [5719, 1640, 1100]
    assert (len(found.variants()), len(found.edges())) == (17, 21)
    ends = "SELECT count(DISTINCT case_id) FROM events WHERE activity = "
    assert [found.one(f"{ends}'A_{what}'")[0] for what in ("APPROVED", "DECLINED", "CANCELLED")] == [
        2246, 7635, 2807,
    ]  # fmt: skip
