"""The Web API methods about views: modals one on another, and everybody's App Home."""

from bot.slack_here.checks import refuse_bad_view
from bot.slack_here.methods import Answer, Arguments, method
from bot.slack_here.workspace import Refused, View, Workspace


@method("views.open")
def open_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Show a modal."""
    user = workspace.take_trigger(str(arguments.get("trigger_id", "")))
    view = workspace.new_view(user, refuse_bad_view(arguments.get("view"), "modal"))
    workspace.stacks[user] = [view]
    workspace.changed.notify_all()
    return {"view": view.public()}


@method("views.push")
def push_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Show a modal on top of the one that is open."""
    user = workspace.take_trigger(str(arguments.get("trigger_id", "")))
    return {"view": push(workspace, user, arguments.get("view")).public()}


def push(workspace: Workspace, user: str, body: object) -> View:
    """Lay a view on the person's stack: three at most."""
    stack = workspace.stacks.get(user, [])
    if not stack or len(stack) >= 3:
        raise Refused("push_limit_reached")
    view = workspace.new_view(user, refuse_bad_view(body, "modal"), stack[-1])
    stack.append(view)
    workspace.changed.notify_all()
    return view


@method("views.update")
def update_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Change a modal that is open."""
    view = workspace.find_view(str(arguments.get("view_id", "")))
    if arguments.get("hash") and arguments["hash"] != view.hash:
        raise Refused("hash_conflict")
    replace_view(workspace, view, arguments.get("view"))
    return {"view": view.public()}


def replace_view(workspace: Workspace, view: View, body: object) -> None:
    """Put another body in an open view."""
    view.body = workspace.identified(refuse_bad_view(body, "modal"))
    view.hash = workspace.hash_of(view.body)
    workspace.changed.notify_all()


@method("views.publish")
def publish(workspace: Workspace, arguments: Arguments) -> Answer:
    """Set somebody's App Home."""
    user = str(arguments.get("user_id", ""))
    if user not in workspace.members:
        raise Refused("user_not_found")
    current = workspace.homes.get(user)
    if arguments.get("hash") and current and arguments["hash"] != current.hash:
        raise Refused("hash_conflict")
    view = workspace.new_view(user, refuse_bad_view(arguments.get("view"), "home"))
    workspace.homes[user] = view
    workspace.changed.notify_all()
    return {"view": view.public()}
