"""jupyter_kernel_test, the suite for kernels of any language, in full."""

from __future__ import annotations

import jupyter_kernel_test
from jupyter_kernel_test import IopubWelcomeTests, KernelTests


class TestRankbook(KernelTests):
    kernel_name = "rankbook"
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('test', file=sys.stderr)"
    completion_samples = (
        {"text": "zi", "matches": {"zip"}},
        {"text": "%%mpirun --fre", "matches": {"--fresh"}},
        {"text": "%%mpirun -n 4\nzi", "matches": {"zip"}},
    )
    complete_code_samples = ("1", "print('hello, world')", "def f(x):\n  return x*2\n\n")
    incomplete_code_samples = ("print('''hello", "def f(x):\n  x*2", "%%mpirun -n 4\nx = 1")
    invalid_code_samples = ("import = 7q",)
    code_page_something = "zip?"
    code_generate_error = "raise"
    code_execute_result = (
        {"code": "1+2+3", "result": "6"},
        {"code": "[n*n for n in range(1, 4)]", "result": "[1, 4, 9]"},
    )
    code_display_data = (
        {
            "code": "from IPython.display import HTML, display; display(HTML('<b>test</b>'))",
            "mime": "text/html",
        },
        {
            "code": "from IPython.display import Math, display; display(Math('\\\\frac{1}{2}'))",
            "mime": "text/latex",
        },
    )
    code_history_pattern = "1?2*"
    # IPython calls the running session 0 in ranges, which the suite's range test does not take.
    supported_history_operations = ("tail", "search")
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"


class TestOurOwnCells(TestRankbook):
    """The samples that can be of our own kinds are; the rest is inherited."""

    code_page_something = "%%mpirun?"
    code_generate_error = "%%mpirun --no-such-option\nprint(1)"
    code_inspect_sample = "%%mpirun -n 4"


class TestWelcome(IopubWelcomeTests):
    kernel_name = "rankbook"
    support_iopub_welcome = True


# Else pytest would collect the abstract suite itself as well.
del IopubWelcomeTests, KernelTests, jupyter_kernel_test
