"""A form that is sent again acts once, whatever it is about; the same words from a new page are meant anew."""

from incident.domain.kernel.people import Role
from tests.web import test_main_job as job
from tests.web.conftest import Team


def test_the_same_form_again_acts_once(lite: Team) -> None:
    """As after an answer that never came: the second time says that it is there already."""
    dpo = lite.visitor("Femke", Role.DPO)
    reference = job.report(dpo)
    address = f"/incidents/{reference}/timeline"
    page = dpo.get(address)
    dpo.submit("/timeline", text="Called the police.")
    dpo.page = page
    again = dpo.submit("/timeline", text="Called the police.")
    assert "This was already recorded. It has not been recorded twice." in again.text
    assert again.text.count("Called the police.") == 1


def test_other_words_from_the_same_page_are_kept(lite: Team) -> None:
    """Somebody went back, changed the text and sent it: nothing typed is lost."""
    dpo = lite.visitor("Femke", Role.DPO)
    reference = job.report(dpo)
    page = dpo.get(f"/incidents/{reference}/timeline")
    dpo.submit("/timeline", text="Called the police.")
    dpo.page = page
    shown = dpo.submit("/timeline", text="Called the police in Groningen.")
    assert "Called the police in Groningen." in shown.text


def test_an_unchanged_moment_is_no_correction(lite: Team) -> None:
    """Pages show minutes and the clock knows seconds: saving a chapter as it stands asks nothing."""
    lite.clock.advance(seconds=17)
    dpo = lite.visitor("Femke", Role.DPO)
    reference = job.report(dpo)
    dpo.get(f"/incidents/{reference}/facts/timeline")
    shown = dpo.submit("/facts/timeline", discovery="Owner saw it")
    assert shown.problems == []
