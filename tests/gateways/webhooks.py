"""Webhooks as the provider would send them, to be changed by the tests that read and check them."""

ACCOUNT = "AC" + "a" * 32
SID = "SM" + "0123456789abcdef" * 2
URL = "https://pro.example.org/sms/inbound"
TOKEN = "made-up-token"

INBOUND = {
    "ToCountry": "FR",
    "ToState": "",
    "SmsMessageSid": SID,
    "NumMedia": "0",
    "ToCity": "",
    "FromZip": "",
    "SmsSid": SID,
    "FromState": "",
    "SmsStatus": "received",
    "FromCity": "",
    "Body": "2",
    "FromCountry": "FR",
    "To": "38000",
    "ToZip": "",
    "NumSegments": "1",
    "MessageSid": SID,
    "AccountSid": ACCOUNT,
    "From": "+33639980001",
    "ApiVersion": "2010-04-01",
}
STATUS = {
    "SmsSid": SID,
    "SmsStatus": "undelivered",
    "MessageStatus": "undelivered",
    "To": "+33639980001",
    "MessageSid": SID,
    "AccountSid": ACCOUNT,
    "From": "HEROES",
    "ApiVersion": "2010-04-01",
    "ErrorCode": "30003",
}


def pairs(fields, **changed):
    return tuple({**fields, **changed}.items())


def without(fields, name):
    return tuple((key, value) for key, value in fields.items() if key != name)
