"""What a pipeline says of itself in its environment: commit, branch, repository, pull request and its own page.

The variables are those that the services document: GitHub Actions, GitLab CI, Jenkins, CircleCI, Buildkite, Bitbucket
Pipelines, Azure Pipelines. The first that is set counts.
"""

import re
from collections.abc import Mapping

from outrider_engine.domain.batches import LONGEST_FACT

_NAMES = {
    "commit": (
        *("GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT", "CIRCLE_SHA1", "BUILDKITE_COMMIT", "BITBUCKET_COMMIT"),
        "BUILD_SOURCEVERSION",
    ),
    "branch": (
        *("GITHUB_HEAD_REF", "GITHUB_REF_NAME"),
        *("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_REF_NAME"),
        *("CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH"),
        *("CIRCLE_BRANCH", "BUILDKITE_BRANCH", "BITBUCKET_BRANCH", "BUILD_SOURCEBRANCHNAME"),
    ),
    "repository": (
        *("GITHUB_REPOSITORY", "CI_PROJECT_PATH", "CIRCLE_PROJECT_REPONAME", "BITBUCKET_REPO_FULL_NAME"),
        "BUILD_REPOSITORY_NAME",
    ),
    "pull_request": (
        *("CI_MERGE_REQUEST_IID", "CHANGE_ID", "BITBUCKET_PR_ID", "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER"),
        "CIRCLE_PR_NUMBER",
    ),
    "url": ("CI_PIPELINE_URL", "BUILD_URL", "CIRCLE_BUILD_URL", "BUILDKITE_BUILD_URL"),
}
_PULL = re.compile(r"refs/pull/(\d+)/")


def facts_from(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what an environment says of its pipeline, as fields of a batch; nothing outside of one."""
    found = {fact: text for fact, names in _NAMES.items() if (text := _first(environment, names))}
    if pull := _PULL.match(environment.get("GITHUB_REF", "")):
        found["pull_request"] = pull[1]
    if environment.get("BUILDKITE_PULL_REQUEST", "false") != "false":
        found["pull_request"] = environment["BUILDKITE_PULL_REQUEST"]
    parts = [environment.get(name) for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")]
    if all(parts):
        found["url"] = f"{parts[0]}/{parts[1]}/actions/runs/{parts[2]}"
    return {fact: text if fact == "url" else text[:LONGEST_FACT] for fact, text in found.items()}


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := environment.get(name, "").strip())), "")
