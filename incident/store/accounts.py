"""The tables of accounts, as the sign-in library wants to be given them."""

from flask_security import SQLAlchemyUserDatastore

from incident.store.db import db
from incident.store.models.person import Person, RoleRow


def account_datastore() -> SQLAlchemyUserDatastore:
    """The sign-in library's view of our people and roles."""
    return SQLAlchemyUserDatastore(db, Person, RoleRow)
