"""One rank of the suite: `rank.py TESTS RESULTS RECORD [arguments of test/main.py]`."""

from __future__ import annotations

import json
import runpy
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
tests, results, record, *arguments = sys.argv[1:]

from mpi4py import MPI  # noqa: E402

if record != "plain":
    from rankbook.mpi import install

    layer = install()
    layer.begin("suite", record, False, None)


class Outcomes(unittest.TextTestResult):
    """Keeps how each test ended, and writes it down when the run is over."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ended: dict[str, str] = {}

    def addSuccess(self, test):
        super().addSuccess(test)
        self.ended.setdefault(test.id(), "passed")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.ended[test.id()] = "skipped"

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.ended[test.id()] = "failed"

    def addError(self, test, err):
        super().addError(test, err)
        self.ended[test.id()] = "failed"

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.ended[test.id()] = "failed"

    def stopTestRun(self):
        super().stopTestRun()
        file = Path(results) / f"{MPI.COMM_WORLD.Get_rank()}.json"
        file.write_text(json.dumps(self.ended))


unittest.TextTestRunner.resultclass = Outcomes
sys.path.insert(0, tests)
sys.argv[:] = [str(Path(tests) / "main.py"), *arguments]
runpy.run_path(sys.argv[0], run_name="__main__")
