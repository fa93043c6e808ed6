"""Which release an event has where nobody says it."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

import rookery
from rookery.release import PLATFORMS, detect_release

if TYPE_CHECKING:
    from pathlib import Path

    from tests.client.keeping import Init

WHO = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *words: str) -> str:
    quiet = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-c", "protocol.file.allow=always", "-C", folder, *words],
        capture_output=True,
        text=True,
        check=True,
        env={**quiet, **WHO, "HOME": str(folder)},
    )
    return done.stdout.strip()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A work tree with two commits."""
    made = tmp_path / "tree"
    made.mkdir()
    git(made, "init", "-q", "-b", "main")
    for text in ("first", "second"):
        git(made, "commit", "-q", "--allow-empty", "-m", text)
    return made


def assert_found(folder: Path) -> None:
    assert detect_release(str(folder), {}) == git(folder, "rev-parse", "HEAD")


def test_the_commit_of_a_branch(tree: Path) -> None:
    assert_found(tree)


def test_the_commit_of_a_branch_with_slashes_in_its_name(tree: Path) -> None:
    git(tree, "switch", "-q", "-c", "menu/soup/of-the-day")
    assert_found(tree)


def test_the_work_tree_may_be_some_folders_up(tree: Path) -> None:
    below = tree / "kitchen" / "shelf"
    below.mkdir(parents=True)
    assert_found(below)


def test_a_commit_that_is_checked_out_without_a_branch(tree: Path) -> None:
    git(tree, "checkout", "-q", "--detach", "HEAD~1")
    assert_found(tree)


def test_references_in_one_file(tree: Path) -> None:
    git(tree, "tag", "-a", "v1", "-m", "an object with a second line of its own")
    git(tree, "pack-refs", "--all")
    assert not (tree / ".git/refs/heads/main").exists()
    assert_found(tree)


def test_a_branch_that_moved_on_since_references_were_packed(tree: Path) -> None:
    git(tree, "pack-refs", "--all")
    git(tree, "commit", "-q", "--allow-empty", "-m", "third")
    assert_found(tree)


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_linked_work_tree(tree: Path, is_packed: bool) -> None:
    git(tree, "worktree", "add", "-q", "-b", "side", str(tree.parent / "side"), "HEAD~1")
    if is_packed:
        git(tree, "pack-refs", "--all")
    assert_found(tree.parent / "side")
    assert detect_release(str(tree.parent / "side"), {}) != detect_release(str(tree), {})


def test_a_submodule_has_a_commit_of_its_own(tree: Path) -> None:
    outer = tree.parent / "outer"
    outer.mkdir()
    git(outer, "init", "-q", "-b", "main")
    git(outer, "submodule", "add", "-q", str(tree), "inner")
    git(outer, "commit", "-q", "-m", "with a part")
    assert_found(outer / "inner")
    assert_found(outer)


def test_commits_with_sixty_four_digits(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256", "-b", "main")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "first")
    assert len(detect_release(str(tmp_path), {}) or "") == 64
    assert_found(tmp_path)


def test_before_the_first_commit_there_is_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert detect_release(str(tmp_path), {}) is None


@pytest.mark.parametrize("text", ["", "ref: refs/heads/.invalid", "ref: HEAD", "\0\xff", "g" * 40])
def test_a_head_that_tells_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text(text, encoding="latin-1")
    assert detect_release(str(tmp_path), {"K_REVISION": "kitchen-7"}) == "kitchen-7"


def test_the_folder_may_stand_in_a_variable(tree: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    found = detect_release(str(elsewhere), {"GIT_DIR": str(tree / ".git")})
    assert found == git(tree, "rev-parse", "HEAD")


def test_the_variables_of_platforms_come_in_their_order(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()  # whatever there is further up
    said = {name: f"said by {name}" for name in PLATFORMS}
    for name in PLATFORMS:
        assert detect_release(str(tmp_path), said) == f"said by {name}"
        said[name] = ""
    assert detect_release(str(tmp_path), said) is None


def test_the_work_tree_comes_before_the_platform(tree: Path) -> None:
    found = detect_release(str(tree), {"HEROKU_SLUG_COMMIT": "abc"})
    assert found == git(tree, "rev-parse", "HEAD")


def test_an_event_has_the_release_that_was_found(
    init: Init, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree)
    kept = init()
    rookery.capture_message("hello")
    commit = git(tree, "rev-parse", "HEAD")
    assert kept.event["release"] == commit == rookery.get_client().options["release"]


@pytest.mark.parametrize(("given", "variable"), [("shop@1.2", "shop@1.3"), (None, "shop@1.2")])
def test_what_is_said_beats_what_is_found(
    init: Init,
    tree: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: str | None,
    variable: str,
) -> None:
    monkeypatch.chdir(tree)
    monkeypatch.setenv("SENTRY_RELEASE", variable)
    kept = init(release=given)
    rookery.capture_message("hello")
    assert kept.event["release"] == "shop@1.2"


def test_an_empty_release_is_none_and_nothing_is_looked_for(
    init: Init, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree)
    kept = init(release="")
    rookery.capture_message("hello")
    assert "release" not in kept.event
