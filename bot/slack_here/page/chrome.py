"""The words around the conversations, in the language of whoever looks: those that Slack itself would say."""

from collections.abc import Callable

Words = Callable[..., str]


def chrome(say: Words) -> dict[str, str]:
    """Every word of the page that comes from neither the bot nor the people."""
    return {
        "notice": say("This is not Slack: it is a page on your own machine, to try Meldklok. All of it is made up."),
        "channels": say("Channels"),
        "apps": say("Your apps"),
        "groups": say("User groups"),
        "home": say("Home"),
        "messages": say("Messages"),
        "read_only": say("Sending messages to this app has been turned off."),
        "archived": say("This channel has been archived."),
        "only_you": say("Only visible to you"),
        "edited": say("(edited)"),
        "pinned": say("Pinned in this channel"),
        "members": say("members"),
        "write": say("Write a message, or type / for a command"),
        "send": say("Send"),
        "more": say("More actions"),
        "pin": say("Put a pin under it"),
        "answer": say("Answer in the thread"),
        "edit": say("Edit the message"),
        "delete": say("Delete the message"),
        "wire": say("Over the wire"),
        "wire_about": say("What Slack and the bot said to each other: signed requests one way, the Web API the other."),
        "close": say("Close this window"),
        "pick": say("Choose options"),
        "pick_one": say("Choose an option"),
        "optional": say("(optional)"),
        "empty_home": say("The app is making this page …"),
        "nothing": say("Nothing has been said here yet."),
        "replies": say("In the thread"),
        "clock": say("Clock of this trial"),
        "hours": say("h"),
        "forward": say("Set the clock forward, to see reminders come"),
        "sign_in": say(
            "Links lead to Meldklok's own pages. Sign in there with the password %(password)s.", password="{}"
        ),
    }


def required_text(say: Words) -> str:
    """What Slack says at a field that may not stay empty."""
    return say("Please complete this required field.")


def wrong_text(say: Words) -> str:
    """What is said of an entry that Slack's own form would not take."""
    return say("This entry does not fit here.")


def failed_text(say: Words, command: str = "") -> str:
    """What Slack says when the app did not answer in three seconds, or answered with a failure."""
    if command:
        return say("%(command)s failed: the app did not respond.", command=command)
    return say("We had some trouble connecting. Try again?")
