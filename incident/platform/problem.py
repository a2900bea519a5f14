"""What is wrong with a setting: said by every command, and so apart from what reads the settings."""


class SettingsError(ValueError):
    """A setting is missing or wrong; the message is one sentence that names the variable and says what to do."""

    def __init__(self, variable: str, sentence: str) -> None:
        super().__init__(sentence)
        self.variable = variable
