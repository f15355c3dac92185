import json
import logging

import pytest
import structlog

from newsportal.core.logs import hide_secret_paths, logging_config


def formatter(style):
    config = logging_config(level="INFO", style=style)["formatters"]["structured"]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=config["foreign_pre_chain"], processors=config["processors"]
    )


def written(style, message, *args, exc_info=None):
    record = logging.LogRecord("test", logging.INFO, __file__, 1, message, args, exc_info)
    return formatter(style).format(record)


def raised(message):
    try:
        raise ValueError(message)
    except ValueError as error:
        return type(error), error, error.__traceback__


def test_a_line_is_one_json_object():
    line = json.loads(written("json", "gone: %s", "খবর"))
    assert (line["event"], line["level"], line["logger"]) == ("gone: খবর", "info", "test")
    assert line["timestamp"].endswith("Z")


def test_what_json_does_not_know_is_written_as_text():
    assert "object at" in formatter("json").format(
        logging.makeLogRecord({"name": "test", "msg": {"event": "x", "thing": object()}, "_logger": None, "_name": "x"})
    )


def test_a_traceback_stays_in_its_line():
    line = written("json", "failed", exc_info=raised("no"))
    assert "\n" not in line
    assert "ValueError: no" in json.loads(line)["exception"]


@pytest.mark.parametrize("style", ["json", "console"])
def test_secrets_are_hidden_in_messages_and_tracebacks(style):
    exc_info = raised("bad answer for /newsletter/confirm/12.c3ecret/")
    text = written(style, "Not Found: /bn/newsletter/unsubscribe/34.s3cret/?x=1", exc_info=exc_info)
    assert "c3ecret" not in text
    assert "s3cret" not in text
    assert "/newsletter/confirm/…/" in text


@pytest.mark.parametrize(
    ("logged", "hidden"),
    [
        ("GET /newsletter/preferences/1.a%3Ab/", "GET /newsletter/preferences/…/"),
        ("GET /preview/abc", "GET /preview/…"),
        ("/accounts/password/reset/key/1-abc-def/", "/accounts/password/reset/key/…/"),
        (
            "https://news.example.org/newsletter/confirm/1.a/ sent",
            "https://news.example.org/newsletter/confirm/…/ sent",
        ),
        ("GET /newsletter/confirm/", "GET /newsletter/confirm/"),
        ("GET /politics/12/preview-of-the-vote/", "GET /politics/12/preview-of-the-vote/"),
    ],
)
def test_only_the_secret_part_of_an_address_is_hidden(logged, hidden):
    assert hide_secret_paths(None, "info", {"event": logged, "n": 1}) == {"event": hidden, "n": 1}
