"""Without network, or with a service that fails: answers are kept, sent once, and the patient goes on."""

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.web.patient.stand_in import Served
from tests.web.patient.steps import answer, begin, first_instrument, press, screen, second_instrument, values


def test_without_network_everything_is_kept_and_goes_when_it_returns(
    phone: BrowserContext, page: Page, served: Served
) -> None:
    begin(page, served)
    phone.set_offline(True)
    answer(page, "Un peu")
    expect(page.get_by_role("status")).to_contain_text("Gardé sur ce téléphone")
    answer(page, "Pas du tout")
    answer(page, "Excellent", then="Revoir mes réponses")
    press(page, "Envoyer")
    screen(page, "breather")
    expect(page.locator("h1")).to_have_text("Merci, c’est gardé.")
    second_instrument(page)
    press(page, "Envoyer")
    screen(page, "done")
    expect(page.locator("h1")).to_have_text("Merci, vous avez fini.")
    assert served.service.answers == {}
    phone.set_offline(False)
    expect(page.locator("h1")).to_have_text("Merci, c’est terminé.")
    assert values(served.service) == {"q1": 2, "q2": 1, "q4": 7, "A": 3, "VAS": 65}
    assert served.service.completed == ["one", "two"]


def test_answers_kept_offline_survive_a_reload(phone: BrowserContext, page: Page, served: Served) -> None:
    begin(page, served)
    phone.set_offline(True)
    answer(page, "Un peu")
    expect(page.get_by_role("status")).to_contain_text("Gardé")
    page.goto("about:blank")
    phone.set_offline(False)
    page.goto(served.link)
    screen(page, "start")
    page.wait_for_function("() => localStorage.getItem('pro:a:a-1').includes('\"queue\":[]')")
    assert values(served.service) == {"q1": 2}


def test_a_failing_service_does_not_stop_the_patient(page: Page, served: Served) -> None:
    begin(page, served)
    served.service.failing = 503
    answer(page, "Un peu")
    expect(page.get_by_role("status")).to_contain_text("Gardé")
    expect(page.locator("h1")).to_have_text("Sommeil")
    served.service.failing = None
    answer(page, "Pas du tout")
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    assert values(served.service) == {"q1": 2, "q2": 1}


def test_a_lost_reply_does_not_save_an_answer_twice(page: Page, served: Served) -> None:
    begin(page, served)

    def lose_the_reply(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/q/answer", lose_the_reply, times=1)
    answer(page, "Un peu")
    expect(page.get_by_role("status")).to_contain_text("Gardé")
    answer(page, "Pas du tout")
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    assert len(served.service.answers) == 2


def test_an_answer_the_service_refuses_is_asked_again_and_the_others_go(page: Page, served: Served) -> None:
    served.service.refuse_item = "q1"
    begin(page, served)
    answer(page, "Un peu")
    screen(page, "rejected")
    served.service.refuse_item = None
    press(page, "Aller à la question")
    expect(page.locator("h1")).to_have_text("Effort long")
    answer(page, "Beaucoup", then="Revoir mes réponses")
    expect(page.locator("h1")).to_have_text("Sommeil")
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    assert values(served.service) == {"q1": 4}


def test_a_service_that_contradicts_itself_is_not_asked_without_end(page: Page, served: Served) -> None:
    served.service.conflicting = "/q/answer"
    begin(page, served)
    answer(page, "Un peu")
    screen(page, "server")
    page.wait_for_timeout(500)
    assert served.service.calls == ["open", "answer", "open", "answer"]
    served.service.conflicting = None
    press(page, "Réessayer")
    expect(page.locator("h1")).to_have_text("Sommeil")
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    assert values(served.service) == {"q1": 2}


def test_a_completion_the_service_will_not_take_leads_back_to_the_review(page: Page, served: Served) -> None:
    served.service.conflicting = "/q/complete"
    begin(page, served)
    first_instrument(page)
    with page.expect_response("**/q/open"):
        press(page, "Envoyer")
    expect(page.locator("#send")).to_have_text("Envoyer")
    page.wait_for_timeout(300)
    screen(page, "review")
    served.service.conflicting = None
    press(page, "Envoyer")
    screen(page, "breather")
    assert served.service.completed == ["one"]


def test_a_service_that_fails_at_first_can_be_tried_again(page: Page, served: Served) -> None:
    served.service.failing = 500
    page.goto(served.link)
    screen(page, "server")
    served.service.failing = None
    press(page, "Réessayer")
    screen(page, "start")


def test_no_network_at_first_is_said_and_mended_when_it_returns(
    phone: BrowserContext, page: Page, served: Served
) -> None:
    page.route("**/q/open", lambda route: route.abort(), times=1)
    page.goto(served.link)
    screen(page, "offline")
    phone.set_offline(True)
    phone.set_offline(False)
    screen(page, "start")


def test_the_questions_code_failing_to_load_is_tried_again(page: Page, served: Served) -> None:
    page.route("**/patient-questions.js", lambda route: route.abort(), times=1)
    begin(page, served)
    expect(page.locator("h1")).to_have_text("Effort long")


def test_a_browser_that_keeps_nothing_still_works_and_says_so(
    phone: BrowserContext, page: Page, served: Served
) -> None:
    refuse = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused'); }});"
    page.add_init_script(refuse)
    begin(page, served)
    phone.set_offline(True)
    answer(page, "Un peu")
    expect(page.get_by_role("status")).to_contain_text("Gardez cette page ouverte")
    phone.set_offline(False)
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    assert values(served.service) == {"q1": 2}
