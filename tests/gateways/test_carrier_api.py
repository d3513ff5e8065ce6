"""The HTTP face of the simulated carrier: what the official client does not do, asked over a real loopback port."""

import requests

from tests.gateways.conftest import ACCOUNT, PHONE, TOKEN, TWO_WAY

PATH = f"/simulated-carrier/2010-04-01/Accounts/{ACCOUNT}/Messages"
FORM = {"To": PHONE, "From": TWO_WAY, "Body": "Bonjour"}
AUTH = (ACCOUNT, TOKEN)


def test_a_message_can_be_made_fetched_and_listed(served):
    made = requests.post(f"{served.base}{PATH}.json", data=FORM, auth=AUTH, timeout=5)
    assert made.status_code == 201
    assert made.headers["Content-Type"] == "application/json; charset=utf-8"
    one = requests.get(f"{served.base}{PATH}/{made.json()['sid']}.json", auth=AUTH, timeout=5)
    assert one.json()["body"] == "Bonjour"
    listed = requests.get(f"{served.base}{PATH}.json", params={"To": PHONE}, auth=AUTH, timeout=5)
    assert [message["sid"] for message in listed.json()["messages"]] == [made.json()["sid"]]


def test_without_our_credentials_nothing_is_shown_or_taken(served, carrier):
    for auth in (None, (ACCOUNT, "wrong"), ("", "")):
        refused = requests.post(f"{served.base}{PATH}.json", data=FORM, auth=auth, timeout=5)
        assert (refused.status_code, refused.json()["code"]) == (401, 20003)
    bearer = {"Authorization": "Bearer x"}
    assert requests.get(f"{served.base}{PATH}.json", headers=bearer, timeout=5).status_code == 401
    assert carrier.phones() == ()


def test_only_forms_are_taken(served, carrier):
    refused = requests.post(f"{served.base}{PATH}.json", json=FORM, auth=AUTH, timeout=5)
    assert refused.status_code == 415
    assert carrier.phones() == ()


def test_an_unknown_path_or_method_is_told_so(served):
    unknown = requests.get(f"{served.base}/simulated-carrier/2010-04-01/Calls.json", auth=AUTH, timeout=5)
    assert (unknown.status_code, unknown.json()["code"]) == (404, 20404)
    other = requests.delete(f"{served.base}{PATH}.json", auth=AUTH, timeout=5)
    assert (other.status_code, other.json()["code"]) == (405, 20004)
