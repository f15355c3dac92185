"""How people come into the newsroom: accounts are made by the newsroom, never by visitors."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class NewsroomAccountAdapter(DefaultAccountAdapter):
    """allauth's account behaviour with the public sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest, *args: Any) -> bool:
        return False
