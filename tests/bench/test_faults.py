"""The report of the fault tests is counted by fault; what was skipped did not run."""

from collections import Counter

from tests.bench.faults import FAULTS, counted
from tests.bench.page.targets import TARGETS
from tests.config.programs import ROOT

REPORT = """<testsuites><testsuite>
<testcase name="test_f01_killed"/>
<testcase name="test_f01_killed_often[2]"><failure>lost one</failure></testcase>
<testcase name="test_f10_full"><error>no disk</error></testcase>
<testcase name="test_f12_freeze"/>
<testcase name="test_f12_freeze[3]"><skipped/></testcase>
<testcase name="test_stopped"><failure/></testcase>
</testsuite></testsuites>"""


def test_tests_are_counted_by_their_fault() -> None:
    held, tests = counted(REPORT)

    assert +held == Counter(F1=1, F12=1)
    assert tests == Counter(F1=2, F10=1, F12=1)


def test_there_is_a_test_of_every_fault() -> None:
    text = "".join(file.read_text("utf-8") for file in (ROOT / "tests/faults").glob("test_*.py"))

    assert [name for name in FAULTS if f"def test_f{int(name[1:]):02}_" not in text] == []
    assert any(target.figure == f"fault tests {FAULTS[0]}-{FAULTS[-1]}" for target in TARGETS)
