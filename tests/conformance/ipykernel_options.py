"""Options that ipykernel's tests ask for, which its own plugins would define."""


def pytest_addoption(parser):
    """``--cov``: of pytest-cov, the tests only ask whether it is set."""
    parser.addoption("--cov", action="store_true", default=False)


def pytest_configure(config):
    """``flaky``: of the plugin of that name, here without reruns."""
    config.addinivalue_line("markers", "flaky(max_runs): may fail now and then")
