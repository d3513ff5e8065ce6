"""A stand-in for the SMS provider: stateful, seeded, without a clock of its own; for tests, simulations, the demo."""

from pro_service.gateways.simulated_carrier.api import ApiReply, ApiRequest, answer
from pro_service.gateways.simulated_carrier.carrier import SimulatedCarrier
from pro_service.gateways.simulated_carrier.courier import Courier, Post, deliver_due, http_post
from pro_service.gateways.simulated_carrier.in_process import InProcessHttpClient
from pro_service.gateways.simulated_carrier.numbers import (
    BEHAVIOURS,
    NOT_DELIVERED,
    OUT_OF_SERVICE,
    Behaviour,
    FatePlan,
)
from pro_service.gateways.simulated_carrier.values import (
    CarrierSettings,
    Fault,
    FaultPlan,
    NotReceived,
    PhoneMessage,
    Received,
    ReplyRefusal,
    Webhook,
    WebhookRecord,
)

__all__ = [
    "BEHAVIOURS",
    "NOT_DELIVERED",
    "OUT_OF_SERVICE",
    "ApiReply",
    "ApiRequest",
    "Behaviour",
    "CarrierSettings",
    "Courier",
    "FatePlan",
    "Fault",
    "FaultPlan",
    "InProcessHttpClient",
    "NotReceived",
    "PhoneMessage",
    "Post",
    "Received",
    "ReplyRefusal",
    "SimulatedCarrier",
    "Webhook",
    "WebhookRecord",
    "answer",
    "deliver_due",
    "http_post",
]
