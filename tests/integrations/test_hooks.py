"""The interpreter's own hooks, each in a program of its own."""

from __future__ import annotations

from tests.client.program import run


def test_what_python_cannot_raise_is_captured_if_wanted_and_printed_as_ever() -> None:
    source = """
        from rookery.integrations.unraisablehook import UnraisablehookIntegration
        given = [UnraisablehookIntegration()] if "wanted" in sys.argv else []
        rookery.init("http://k@h/1", transport=Printing(), integrations=given)

        class Dying:
            def __del__(self):
                raise ValueError("in __del__")

        Dying()
    """
    wanted, default = run(source, "wanted"), run(source)
    assert wanted.stdout.splitlines()[0] == "event ValueError unraisablehook False"
    assert "event" not in default.stdout
    assert "ValueError: in __del__" in wanted.stderr
    assert "ValueError: in __del__" in default.stderr


def test_an_exit_that_says_failure_is_captured_if_wanted() -> None:
    source = """
        from rookery.integrations.sys_exit import SysExitIntegration
        given = [SysExitIntegration()] if "wanted" in sys.argv else []
        rookery.init("http://k@h/1", transport=Printing(), integrations=given)
        sys.exit(eval(sys.argv[1]))
    """
    failed = run(source, "3", "wanted")
    assert failed.stdout.splitlines()[0] == "event SystemExit sys_exit False"
    assert failed.returncode == 3
    assert "event" in run(source, "'a reason'", "wanted").stdout
    for arguments in (("0", "wanted"), ("None", "wanted"), ("3",)):
        assert "event" not in run(source, *arguments).stdout


def test_an_exit_that_says_success_is_captured_if_wanted() -> None:
    done = run("""
        from rookery.integrations.sys_exit import SysExitIntegration
        given = [SysExitIntegration(capture_successful_exits=True)]
        rookery.init("http://k@h/1", transport=Printing(), integrations=given)
        sys.exit()
    """)
    assert done.stdout.splitlines()[0] == "event SystemExit sys_exit False"
    assert done.returncode == 0
