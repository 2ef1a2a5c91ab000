"""What the whole-program tests share: running bulkhead, finding real data, folders, skipping.

A test file is `import support`, `unittest.TestCase` classes, and `support.main()` at its end.
The programs' paths come from the environment (see CMakeLists.txt); to run one test by hand:

    BULKHEAD=build/dev/apps/bulkhead/bulkhead tests/e2e/test_overlay.py -v
"""

import dataclasses
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import unittest

SKIPPED = 77  # ctest's SKIP_RETURN_CODE

SOURCE = pathlib.Path(
    os.environ.get("BULKHEAD_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2])
)
# No test leaves this machine: a scan fetches advisories of its own accord unless it is told not to.
# Tests of the fetching name a server on loopback (feed_server.py) and an age.
os.environ["BULKHEAD_MAX_AGE"] = "never"
IS_SANITIZED = bool(os.environ.get("BULKHEAD_IS_SANITIZED"))


def program(variable="BULKHEAD"):
    """The path of a program of ours; skips the whole file where there is none."""
    path = os.environ.get(variable)
    if not path or not os.access(path, os.X_OK):
        skip_file(f"${variable} names no program (run through ctest)")
    return os.path.abspath(path)


def shared(relative):
    """Real data beside the checkout; skips the test where it is not there."""
    path = SOURCE.parent / "shared" / relative
    if not path.exists():
        raise unittest.SkipTest(f"no ../shared/{relative}")
    return path


def tool(name):
    """Another program; skips the test where it is not installed."""
    path = shutil.which(name)
    if not path:
        raise unittest.SkipTest(f"{name} is not installed")
    return path


def skip_file(why):
    print(f"skipped: {why}", file=sys.stderr)
    sys.exit(SKIPPED)


def temporary_folder(test):
    """A folder that goes away with `test` (a TestCase, or its class)."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bulkhead-e2e-"))
    add = test.addClassCleanup if isinstance(test, type) else test.addCleanup
    add(shutil.rmtree, folder, ignore_errors=True)
    return folder


@dataclasses.dataclass
class Run:
    """What one run of a program gave."""

    arguments: list
    code: int  # negative: the signal that ended it
    stdout: bytes
    stderr: str
    seconds: float
    peak_bytes: int  # of its resident memory

    def json(self):
        try:
            return json.loads(self.stdout)
        except ValueError as error:
            raise AssertionError(f"{self.arguments}: no JSON ({error})\n{self.stderr}") from error

    def __str__(self):
        return f"{' '.join(map(str, self.arguments))}\nexit code {self.code}\n{self.stderr}"


def run(arguments, *, cwd=None, env=None, timeout=300, stdin=None, before=None, after_s=None,
        signal_number=signal.SIGINT, stdout_path=None):
    """Runs a program to its end and measures it.

    env: further variables. timeout: seconds until it is killed, which is a failure.
    after_s: sends `signal_number` after so many seconds. before: called in the child.
    stdout_path: standard output goes to this file (and Run.stdout is empty).
    """
    variables = {**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sink = open(stdout_path, "wb") if stdout_path else out
        start = time.monotonic()
        child = subprocess.Popen([str(a) for a in arguments], stdout=sink, stderr=err, cwd=cwd,
                                 env=variables, stdin=stdin or subprocess.DEVNULL,
                                 preexec_fn=before)
        if stdout_path:
            sink.close()
        is_killed = False
        is_signalled = False
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            spent = time.monotonic() - start
            if after_s is not None and spent >= after_s and not is_signalled:
                child.send_signal(signal_number)
                is_signalled = True
            if spent > timeout and not is_killed:
                child.kill()
                is_killed = True
            time.sleep(0.002 if spent < 1 else 0.02)
        seconds = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        result = Run(list(arguments), child.returncode, out.read(),
                     err.read().decode("utf-8", "replace"), seconds, usage.ru_maxrss * 1024)
    if is_killed:
        raise AssertionError(f"it did not end within {timeout} s: {result}")
    return result


def bulkhead(*arguments, **how):
    """Runs bulkhead; HOME is nowhere, so that no advisory data of the user is found."""
    how["env"] = {"HOME": "/nonexistent", "XDG_CACHE_HOME": "", "SOURCE_DATE_EPOCH": "1700000000",
                  **how.get("env", {})}
    return run([program(), *arguments], **how)


def scan(target, *options, **how):
    """`bulkhead scan TARGET -o json OPTIONS`."""
    return bulkhead("scan", target, "-o", "json", *options, **how)


def said_to_terminal(*arguments, cwd=None):
    """(exit code, what a terminal at standard error sees) of a run of bulkhead."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen([program(), *map(str, arguments)], stdout=subprocess.DEVNULL,
                             stderr=theirs, cwd=cwd)
    os.close(theirs)
    text = b""
    try:
        while select.select([ours], [], [], 60)[0]:
            part = os.read(ours, 65536)
            if not part:
                break
            text += part
    except OSError:
        pass  # what a terminal says when its last writer is gone
    os.close(ours)
    return child.wait(), text


def in_child(check):
    """Calls `check` in a process of its own and says what it said, if it failed.

    A child's peak memory counts from that of the process that starts it (getrusage(2): it is the
    largest of both), so a test that reads large reports must not grow itself.
    """
    reader, writer = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        code = 1
        try:
            check()
            code = 0
        except BaseException:
            os.write(writer, traceback.format_exc()[-60000:].encode("utf-8", "replace"))
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode("utf-8", "replace")
    _, status = os.waitpid(pid, 0)
    if status != 0:
        raise AssertionError(said or f"the check's process ended with {status}")


def make_image(description, out, layout="docker-archive", compression="none"):
    """Writes the image that `description` (tests/support/image_description.h) says."""
    out = pathlib.Path(out)
    text = out.with_name(out.name + ".description.json")
    text.write_text(json.dumps(description))
    made = run([program("BULKHEAD_MAKE_IMAGE"), text, "--out", out, "--layout", layout,
                "--compression", compression])
    if made.code != 0:
        raise AssertionError(str(made))
    return out


def main():
    """Runs the file's tests; exits with SKIPPED where every one was skipped."""
    program()
    result = unittest.main(exit=False, verbosity=2).result
    if not result.wasSuccessful():
        sys.exit(1)
    # A part of a test counts as its test, a skipped class as one with no test run.
    skipped = {getattr(test, "test_case", test).id() for test, _ in result.skipped}
    sys.exit(SKIPPED if skipped and len(skipped) >= result.testsRun else 0)
