"""The only door to Apprise: DingTalk, WeCom, Feishu, mail and SMS gateways by the URLs that the bureau has set.

`SUICHA_NOTICE_URLS_FILE` names a YAML file with a list of URLs for each channel; `{address}` in a URL stands for the
phone number or the e-mail address. URLs hold secrets: they are read from the file alone, and never logged or stored.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import apprise
import yaml

from suicha.infra.settings import BadSettings, Settings
from suicha.notices.port import Message, NoSender, NotSent, Sender

# Its own lines may name URLs and answers of services, and both may hold secrets.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True)
class AppriseSender:
    """Sends by every URL of the channel; one that fails fails the message."""

    urls: dict[str, list[str]]

    def channels(self) -> frozenset[str]:
        """Those for which there is a URL."""
        return frozenset(name for name, urls in self.urls.items() if urls)

    def send(self, message: Message) -> None:
        """Hand the message to the services."""
        target = apprise.Apprise()
        address = quote(message.address, safe="@")
        for url in self.urls.get(message.channel, []):
            if not target.add(url.replace("{address}", address)):
                raise NotSent("这一方式的服务地址无效，请系统管理员检查配置")
        if len(target) == 0 or not _notified(target, message):
            raise NotSent("服务没有接收这条消息")


def _notified(target: apprise.Apprise, message: Message) -> bool:
    try:
        return bool(target.notify(title=message.title, body=message.text))
    except Exception as error:  # noqa: BLE001 - a plug-in may raise anything, and its words may hold the URL
        raise NotSent(f"服务出错（{type(error).__name__}）") from None


def open_sender(settings: Settings) -> Sender:
    """Apprise where the settings name a file of URLs, else nothing at all; raises BadSettings."""
    path = settings.notice_urls_file
    if path is None:
        return NoSender()
    return AppriseSender(_urls(path))


def _urls(path: Path) -> dict[str, list[str]]:
    try:
        source = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BadSettings("SUICHA_NOTICE_URLS_FILE cannot be read as YAML") from error
    is_right = isinstance(source, dict) and all(
        isinstance(urls, list) and all(isinstance(url, str) for url in urls) for urls in source.values()
    )
    if not is_right:
        raise BadSettings("SUICHA_NOTICE_URLS_FILE must hold a list of URLs for each channel")
    return {str(name): urls for name, urls in source.items()}
