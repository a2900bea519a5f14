"""The documents as a site: built without a warning, nothing asked of other hosts, no link into the void."""

import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import turbohtml

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make docs` makes, from a copy, so that nothing is written into the checkout."""
    copy = tmp_path_factory.mktemp("docs")
    for name in ("docs", "deploy"):
        shutil.copytree(ROOT / name, copy / name)
    shutil.copy(ROOT / "zensical.toml", copy)
    order = [str(Path(sys.executable).with_name("zensical")), "build", "--strict"]
    done = subprocess.run(order, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.copytree(copy / "deploy", copy / "dist/site/deploy")
    for name in ("Containerfile", "compose.yaml", ".env.example"):
        shutil.copy(ROOT / name, copy / "dist/site")
    return copy / "dist/site"


def test_what_is_looked_up_is_what_the_code_says() -> None:
    """Settings, commands and roles; after a change: make docs."""
    order = [sys.executable, str(ROOT / "tools/reference"), "--check"]
    done = subprocess.run(order, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_link_and_picture_of_the_site_is_there(site: Path) -> None:
    """On the site, where links are resolved in another way than in the files."""
    dead = [
        f"{page.relative_to(site)}: {target}"
        for page in site.rglob("*.html")
        for target in targets(page)
        if void(page, target)
    ]
    assert len(list(site.rglob("*.html"))) > 20
    assert not dead, "\n".join(dead)


def test_the_site_asks_nothing_of_other_hosts(site: Path) -> None:
    """Whoever reads how privacy is kept is not told on by the page; links that one presses may lead elsewhere."""
    for page in site.rglob("*.html"):
        document = turbohtml.parse(page.read_text(encoding="utf-8"))
        asked = [node.attr("src") for node in document.select("[src]")]
        asked += [node.attr("href") for node in document.select("link:not([rel=canonical])")]
        assert [address for address in asked if urlsplit(address or "").netloc] == [], page


def targets(page: Path) -> list[str]:
    """Where links and pictures of a page lead, on this site."""
    document = turbohtml.parse(page.read_text(encoding="utf-8"))
    found = [node.attr("href") or node.attr("src") or "" for node in document.select("a, img")]
    return [target for target in found if target and not urlsplit(target).scheme and not target.startswith(("#", "/"))]


def void(page: Path, target: str) -> bool:
    """Whether a link leads nowhere."""
    place = page.parent / unquote(urlsplit(target).path)
    return not (place.is_file() or (place / "index.html").is_file())
