"""Methods that tell who and where: users.*, conversations.info/members/list, team, bots, auth, OAuth."""

from __future__ import annotations

from tests.standins.slack.api import READ_SCOPE, Call, RefusedError, method, older_than
from tests.standins.slack.model import CODE_LIFE, Channel, Json, User, shown_channel, shown_user


@method("auth.test")
def auth_test(call: Call) -> Json:
    return {
        "url": f"https://{call.workspace.domain}.slack.example/",
        "team": call.workspace.name,
        "user": call.bot.name,
        "team_id": call.workspace.id,
        "user_id": call.bot.id,
        "bot_id": call.bot.bot_id,
        "enterprise_id": call.workspace.enterprise or None,
        "is_enterprise_install": False,
    }


@method("auth.revoke")
def auth_revoke(call: Call) -> Json:
    call.grant.state = "revoked"
    return {"revoked": True}


@method("users.info", "users:read")
def users_info(call: Call) -> Json:
    return {"user": _shown(call, call.user())}


@method("users.profile.get", "users.profile:read")
def users_profile(call: Call) -> Json:
    return {"profile": _shown(call, call.user())["profile"]}


@method("users.list", "users:read")
def users_list(call: Call) -> Json:
    _paginated(call)
    rows = [_shown(call, user) for user in call.workspace.users]
    return {**call.page(rows, "members", default=0, most=1000), "cache_ts": 0}


@method("users.lookupByEmail", "users:read.email")
def lookup(call: Call) -> Json:
    wanted = call.need("email")
    for user in call.workspace.users:
        if user.email == wanted and not user.deactivated and not user.bot:
            return {"user": _shown(call, user)}
    raise RefusedError("users_not_found")


@method("users.conversations")
def users_conversations(call: Call) -> Json:
    return _conversations(call, [c for c in call.workspace.channels if call.bot in c.members])


@method("conversations.list")
def conversations_list(call: Call) -> Json:
    _paginated(call)
    return _conversations(call, [c for c in call.workspace.channels if c.kind == "public" or call.bot in c.members])


@method("conversations.info")
def conversations_info(call: Call) -> Json:
    channel = _known(call)
    shown = shown_channel(channel, member=call.bot in channel.members, count=call.flag("include_num_members"))
    return {"channel": shown}


@method("conversations.members")
def conversations_members(call: Call) -> Json:
    channel = _known(call)
    return call.page([user.id for user in channel.members], "members", default=100, most=1000)


@method("conversations.join", "channels:join")
def join(call: Call) -> Json:
    channel = call.channel()
    if channel.kind != "public":
        raise RefusedError("method_not_supported_for_channel_type")
    if channel.archived:
        raise RefusedError("is_archived")
    if call.bot not in channel.members:
        channel.members.append(call.bot)
    return {"channel": shown_channel(channel, member=True)}


@method("team.info", "team:read")
def team_info(call: Call) -> Json:
    team: Json = {"id": call.workspace.id, "name": call.workspace.name, "domain": call.workspace.domain}
    if call.workspace.enterprise:
        team["enterprise_id"] = call.workspace.enterprise
    return {"team": team}


@method("bots.info", "users:read")
def bots_info(call: Call) -> Json:
    for user in call.workspace.users:
        if user.bot and user.bot_id == call.text("bot"):
            return {"bot": {"id": user.bot_id, "user_id": user.id, "name": user.real_name, "app_id": call.world.app.id}}
    raise RefusedError("bot_not_found")


@method("oauth.v2.access")
def oauth_access(call: Call) -> Json:
    app = call.world.app
    if call.text("client_id") != app.client_id:
        raise RefusedError("invalid_client_id")
    if call.text("client_secret") != app.client_secret:
        raise RefusedError("bad_client_secret")
    code = call.world.codes.get(call.text("code"))
    if code is None or older_than(call.now, code.minted, CODE_LIFE):
        raise RefusedError("invalid_code")
    if code.used:
        raise RefusedError("code_already_used")
    if call.text("redirect_uri") != code.redirect_uri:
        raise RefusedError("bad_redirect_uri")
    code.used = True
    workspace = code.user.workspace
    install = call.world.install(workspace, code.user, code.scopes)
    enterprise = {"id": workspace.enterprise, "name": workspace.name} if workspace.enterprise else None
    return {
        "access_token": install.token,
        "token_type": "bot",
        "scope": ",".join(sorted(install.scopes)),
        "bot_user_id": install.bot.id,
        "app_id": app.id,
        "team": {"id": workspace.id, "name": workspace.name},
        "enterprise": enterprise,
        "is_enterprise_install": False,
        "authed_user": {"id": code.user.id},
    }


def _shown(call: Call, user: User) -> Json:
    return shown_user(user, call.now, with_email=call.has("users:read.email"))


def _known(call: Call) -> Channel:
    channel = call.channel()
    call.require(READ_SCOPE[channel.kind])
    return channel


def _conversations(call: Call, channels: list[Channel]) -> Json:
    asked = call.listed("types") or ["public_channel"]
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
    if any(name not in kinds for name in asked):
        raise RefusedError("invalid_types")
    for name in asked:
        call.require(READ_SCOPE[kinds[name]])
    wanted = {kinds[name] for name in asked}
    rows = [
        shown_channel(channel, member=call.bot in channel.members)
        for channel in channels
        if channel.kind in wanted and not channel.deleted and not (call.flag("exclude_archived") and channel.archived)
    ]
    return call.page(rows, "channels", default=100, most=1000)


def _paginated(call: Call) -> None:
    if "limit" not in call.args:
        call.world.complain(f"{call.method}: called without `limit`, which Slack limits harder")
