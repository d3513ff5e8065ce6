"""The simulated carrier's API: decided without a transport, and asked over a real loopback port."""

import json

import pytest
import requests

from pro_service.gateways.simulated_carrier import (
    ApiRequest,
    answer,
)
from tests.gateways.stand_ins import (
    ACCOUNT,
    LATER,
    ONE_WAY,
    PHONE,
    TOKEN,
    TWO_WAY,
    create,
)

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
PATH = f"/simulated-carrier/2010-04-01/Accounts/{ACCOUNT}/Messages"
FORM = {"To": PHONE, "From": TWO_WAY, "Body": "Bonjour"}
AUTH = (ACCOUNT, TOKEN)


def test_a_message_can_be_made_fetched_and_listed(served):
    made = requests.post(f"{served.base}{PATH}.json", data=FORM, auth=AUTH, timeout=20)
    assert made.status_code == 201
    assert made.headers["Content-Type"] == "application/json; charset=utf-8"
    one = requests.get(f"{served.base}{PATH}/{made.json()['sid']}.json", auth=AUTH, timeout=20)
    assert one.json()["body"] == "Bonjour"
    listed = requests.get(f"{served.base}{PATH}.json", params={"To": PHONE}, auth=AUTH, timeout=20)
    assert [message["sid"] for message in listed.json()["messages"]] == [made.json()["sid"]]


def test_without_our_credentials_nothing_is_shown_or_taken(served, carrier):
    for auth in (None, (ACCOUNT, "wrong"), ("", "")):
        refused = requests.post(f"{served.base}{PATH}.json", data=FORM, auth=auth, timeout=20)
        assert (refused.status_code, refused.json()["code"]) == (401, 20003)
    bearer = {"Authorization": "Bearer x"}
    assert requests.get(f"{served.base}{PATH}.json", headers=bearer, timeout=20).status_code == 401
    assert carrier.phones() == ()


def test_only_forms_are_taken(served, carrier):
    refused = requests.post(f"{served.base}{PATH}.json", json=FORM, auth=AUTH, timeout=20)
    assert refused.status_code == 415
    assert carrier.phones() == ()


def test_an_unknown_path_or_method_is_told_so(served):
    unknown = requests.get(f"{served.base}/simulated-carrier/2010-04-01/Calls.json", auth=AUTH, timeout=20)
    assert (unknown.status_code, unknown.json()["code"]) == (404, 20404)
    other = requests.delete(f"{served.base}{PATH}.json", auth=AUTH, timeout=20)
    assert (other.status_code, other.json()["code"]) == (405, 20004)


def ask(carrier, *, method="GET", path=MESSAGES, query=(), form=(), auth=(ACCOUNT, TOKEN)):
    request = ApiRequest(method=method, path=path, query=dict(query), form=dict(form), auth=auth)
    reply = answer(carrier, request, now=LATER)
    return reply.http_status, json.loads(reply.text)


@pytest.mark.parametrize(
    "changed,http_status,code",
    [
        ({"auth": None}, 401, 20003),
        ({"auth": (ACCOUNT, "wrong")}, 401, 20003),
        ({"auth": ("wrong", TOKEN)}, 401, 20003),
        ({"auth": (ACCOUNT, "\ud83d")}, 401, 20003),
        ({"path": MESSAGES.replace(ACCOUNT, "AC" + "0" * 32)}, 401, 20003),
        ({"path": "/2010-04-01/Accounts.json"}, 404, 20404),
        ({"path": MESSAGES.replace(".json", "/SM" + "0" * 32 + ".json")}, 404, 20404),
        ({"method": "DELETE"}, 405, 20004),
        ({"method": "POST", "path": MESSAGES.replace(".json", "/SM" + "0" * 32 + ".json")}, 405, 20004),
        ({"query": {"DateSent": "2026-06-01"}}, 400, 20001),
    ],
)
def test_a_request_the_api_does_not_take_is_told_why(carrier, changed, http_status, code):
    status, error = ask(carrier, **changed)
    assert (status, error["code"], error["status"]) == (http_status, code, http_status)


def test_the_list_has_pages_that_lead_to_each_other(carrier):
    sids = [create(carrier, Body=str(number))[1]["sid"] for number in range(5)]
    query, seen = {"PageSize": "2", "To": PHONE}, []
    for page in range(3):
        status, listed = ask(carrier, query=query)
        assert (status, listed["page"], listed["page_size"], listed["start"]) == (200, page, 2, 2 * page)
        seen += [message["sid"] for message in listed["messages"]]
        following = listed["next_page_uri"]
        if following:
            query = dict(
                pair.split("=") for pair in following.partition("?")[2].replace("%2B", "+").split("&")
            )
    assert following is None
    assert seen == sids[::-1]


def test_messages_made_while_a_list_is_read_do_not_move_its_pages(carrier):
    create(carrier, Body="a")
    create(carrier, Body="b")
    listed = ask(carrier, query={"PageSize": "1"})[1]
    create(carrier, Body="c")
    token = listed["next_page_uri"].rpartition("PageToken=")[2]
    second = ask(carrier, query={"PageSize": "1", "Page": "1", "PageToken": token})[1]
    assert [message["body"] for message in second["messages"]] == ["a"]


def test_the_list_filters_by_sender_and_bears_odd_page_sizes(carrier):
    create(carrier)
    create(carrier, From=ONE_WAY)
    assert len(ask(carrier, query={"From": ONE_WAY})[1]["messages"]) == 1
    for size in ("0", "-1", "²", "many", ""):
        assert ask(carrier, query={"PageSize": size})[0] == 200
