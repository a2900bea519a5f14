"""The closed lists of a breach: identifiers that never change, which ``forms/*.toml`` map onto official wordings."""

from enum import Enum, StrEnum
from typing import Final


class Unknown(Enum):
    """'We do not know (yet)' as a value of its own, so that it can never be an accidental ``None``."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


class Ternary(StrEnum):
    """An answer to a yes/no question that may honestly be open."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class TriggerKind(StrEnum):
    """What starts the duties of other law: an event of its own, beside the breach of personal data."""

    SIGNIFICANT_INCIDENT = "significant_incident"
    MAJOR_ICT_INCIDENT = "major_ict_incident"
    EXPLOITED_VULNERABILITY = "exploited_vulnerability"
    SEVERE_PRODUCT_INCIDENT = "severe_product_incident"
    TRUST_SERVICE_INCIDENT = "trust_service_incident"
    ESSENTIAL_SERVICE_DISRUPTION = "essential_service_disruption"
    POLICE_OR_JUDICIAL_DATA = "police_or_judicial_data"


class LetterKind(StrEnum):
    """What an authority writes about a breach (GDPR art. 34(4), 58(1)(a))."""

    RECEIPT = "receipt"
    QUESTIONS = "questions"
    ORDER = "order"
    NO_ACTION = "no_action"


class Role(StrEnum):
    """Whose breach it is (GDPR art. 4(7), 4(8), 26)."""

    CONTROLLER = "controller"
    JOINT_CONTROLLER = "joint_controller"
    PROCESSOR = "processor"
    UNKNOWN = "unknown"


class Nature(StrEnum):
    """What was broken (GDPR art. 4(12); EDPB Guidelines 9/2022, section I.B)."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


class Disclosure(StrEnum):
    """How sure it is that somebody unauthorised had the data (EDPB template field 56)."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    RULED_OUT = "ruled_out"
    NOT_ASSESSABLE = "not_assessable"
    UNKNOWN = "unknown"


class Alteration(StrEnum):
    """What an integrity breach did (EDPB template field 58)."""

    NO_MISUSE = "no_misuse"
    MISUSE_REVERSIBLE = "misuse_reversible"
    MISUSE_IRREVERSIBLE = "misuse_irreversible"
    UNKNOWN = "unknown"


class AvailabilityLoss(StrEnum):
    """Whether the data come back (EDPB template field 59)."""

    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


class IncidentKind(StrEnum):
    """What happened; a superset of AP question 5.2 and EDPB template field 60."""

    EMAIL_WRONG_RECIPIENT = "email_wrong_recipient"
    EMAIL_OPEN_RECIPIENTS = "email_open_recipients"
    POST_WRONG_RECIPIENT = "post_wrong_recipient"
    POST_RETURNED_OPENED = "post_returned_opened"
    POST_LOST = "post_lost"
    STAFF_AUTHORISATION_WRONG = "staff_authorisation_wrong"
    SHARE_TOO_BROAD = "share_too_broad"
    DEVICE_LOST_OR_STOLEN = "device_lost_or_stolen"
    PAPER_LOST_OR_STOLEN = "paper_lost_or_stolen"
    PUBLISHED_BY_MISTAKE = "published_by_mistake"
    HACKING = "hacking"
    RANSOMWARE = "ransomware"
    PHISHING = "phishing"
    VULNERABILITY_EXPLOITED = "vulnerability_exploited"
    UNAUTHORISED_ACCESS = "unauthorised_access"
    EXFILTRATION = "exfiltration"
    ADDED_TO_WRONG_FILE = "added_to_wrong_file"
    SHOWN_TO_WRONG_PERSON = "shown_to_wrong_person"
    ABUSE_OF_PRIVILEGES = "abuse_of_privileges"
    E_WASTE = "e_waste"
    PAPER_DISPOSAL = "paper_disposal"
    MISCONFIGURATION = "misconfiguration"
    DELETED_OR_DESTROYED = "deleted_or_destroyed"
    TECHNICAL_MALFUNCTION = "technical_malfunction"
    UNAUTHORISED_MODIFICATION = "unauthorised_modification"
    VERBAL_DISCLOSURE = "verbal_disclosure"
    OTHER = "other"
    UNKNOWN = "unknown"


class Actor(StrEnum):
    """Who caused it (EDPB template field 61)."""

    INTERNAL_NON_MALICIOUS = "internal_non_malicious"
    INTERNAL_MALICIOUS = "internal_malicious"
    EXTERNAL_NON_MALICIOUS = "external_non_malicious"
    EXTERNAL_MALICIOUS = "external_malicious"
    UNKNOWN = "unknown"


class Recipient(StrEnum):
    """Who has or may have the data (EDPB Guidelines 9/2022, section IV.B, severity of consequences)."""

    NOBODY = "nobody"
    TRUSTED = "trusted"
    KNOWN = "known"
    UNKNOWN_PERSONS = "unknown_persons"
    MALICIOUS = "malicious"
    UNKNOWN = "unknown"


class DiscoveredBy(StrEnum):
    """How the breach came to light (EDPB template field 50)."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"
    DATA_SUBJECT = "data_subject"
    EXTERNAL_PARTY = "external_party"
    PRESS = "press"
    OTHER = "other"
    UNKNOWN = "unknown"


class DataCategory(StrEnum):
    """Kinds of personal data; a superset of AP questions 6.1 and 6.2 and EDPB template field 70."""

    NAME = "name"
    GENDER = "gender"
    DATE_OF_BIRTH = "date_of_birth"
    BSN = "bsn"
    IDENTIFICATION_NUMBER = "identification_number"
    ADDRESS = "address"
    EMAIL = "email"
    PHONE = "phone"
    CREDENTIALS = "credentials"
    BANK_ACCOUNT = "bank_account"
    CREDIT_CARD = "credit_card"
    DEBTS = "debts"
    BENEFITS = "benefits"
    OTHER_FINANCIAL = "other_financial"
    ID_DOCUMENT_COPY = "id_document_copy"
    LOCATION = "location"
    ONLINE_IDENTIFIERS = "online_identifiers"
    BEHAVIOUR = "behaviour"
    PROFESSIONAL = "professional"
    EDUCATION = "education"
    ORDERS = "orders"
    COMMUNICATION_CONTENT = "communication_content"
    CRIMINAL = "criminal"
    RACE_ETHNICITY = "race_ethnicity"
    POLITICAL = "political"
    RELIGION = "religion"
    UNION_MEMBERSHIP = "union_membership"
    SEX_LIFE = "sex_life"
    HEALTH = "health"
    EMPLOYMENT_HEALTH = "employment_health"
    GENETIC = "genetic"
    BIOMETRIC = "biometric"
    OTHER = "other"
    UNKNOWN = "unknown"


SPECIAL_CATEGORIES: Final = frozenset(
    {
        DataCategory.RACE_ETHNICITY,
        DataCategory.POLITICAL,
        DataCategory.RELIGION,
        DataCategory.UNION_MEMBERSHIP,
        DataCategory.SEX_LIFE,
        DataCategory.HEALTH,
        DataCategory.EMPLOYMENT_HEALTH,
        DataCategory.GENETIC,
        DataCategory.BIOMETRIC,
    }
)
"""GDPR art. 9(1): the special categories."""


class SubjectGroup(StrEnum):
    """Groups of data subjects; a superset of AP question 7.1 and EDPB template field 65."""

    EMPLOYEES = "employees"
    APPLICANTS = "applicants"
    CUSTOMERS = "customers"
    BUSINESS_CONTACTS = "business_contacts"
    SUBSCRIBERS = "subscribers"
    USERS = "users"
    WEBSITE_VISITORS = "website_visitors"
    STUDENTS = "students"
    PATIENTS = "patients"
    MINORS = "minors"
    VULNERABLE = "vulnerable"
    MILITARY_OR_POLICE = "military_or_police"
    OTHER = "other"
    UNKNOWN = "unknown"


class Protection(StrEnum):
    """How the data were protected beforehand (AP question 8.1, EDPB template field 57)."""

    ENCRYPTED = "encrypted"
    HASHED = "hashed"
    PSEUDONYMISED = "pseudonymised"
    OTHERWISE_UNINTELLIGIBLE = "otherwise_unintelligible"
    NONE = "none"
    UNKNOWN = "unknown"


class SecurityMeasure(StrEnum):
    """Technical and organisational measures (EDPB template fields 75 and 94)."""

    ANONYMISATION = "anonymisation"
    PSEUDONYMISATION = "pseudonymisation"
    BACKUP = "backup"
    CHANGE_OF_PROCESSES = "change_of_processes"
    ENCRYPTION = "encryption"
    POLICIES = "policies"
    TRAINING = "training"
    ERASURE = "erasure"
    INCIDENT_LOG = "incident_log"
    ACCESS_LEVELS = "access_levels"
    LOGICAL_ACCESS_CONTROL = "logical_access_control"
    AUDITS = "audits"
    PHYSICAL_ACCESS_CONTROL = "physical_access_control"
    UP_TO_DATE_IT = "up_to_date_it"
    OTHER = "other"


class ConsequenceForData(StrEnum):
    """Consequences for the controller and the data (AP question 9.1)."""

    SEEN_BY_UNAUTHORISED = "seen_by_unauthorised"
    LINKABLE = "linkable"
    UNLAWFUL_USE = "unlawful_use"
    WRONG_DATA_USED = "wrong_data_used"
    WRONG_DATA_PASSED_ON = "wrong_data_passed_on"
    SERVICE_TEMPORARILY_LOST = "service_temporarily_lost"
    SERVICE_PERMANENTLY_LOST = "service_permanently_lost"
    ESSENTIAL_SERVICE_TEMPORARILY_LOST = "essential_service_temporarily_lost"
    ESSENTIAL_SERVICE_PERMANENTLY_LOST = "essential_service_permanently_lost"
    OTHER = "other"


class ConsequenceForSubjects(StrEnum):
    """Consequences for the data subjects (AP question 9.2, EDPB template field 85)."""

    LOSS_OF_CONTROL = "loss_of_control"
    LIMITATION_OF_RIGHTS = "limitation_of_rights"
    DISCRIMINATION = "discrimination"
    IDENTITY_THEFT = "identity_theft"
    FRAUD = "fraud"
    FINANCIAL_LOSS = "financial_loss"
    REVERSAL_OF_PSEUDONYMISATION = "reversal_of_pseudonymisation"
    REPUTATION = "reputation"
    PROFESSIONAL_SECRECY = "professional_secrecy"
    DISCLOSURE_TO_THIRD_PARTIES = "disclosure_to_third_parties"
    ECONOMIC_OR_SOCIAL_DISADVANTAGE = "economic_or_social_disadvantage"
    PHYSICAL_OR_MENTAL_HARM = "physical_or_mental_harm"
    PROPERTY_DAMAGE = "property_damage"
    OTHER = "other"


class Severity(StrEnum):
    """Severity of the consequences on the AP's four-step scale (AP question 9.3)."""

    NEGLIGIBLE = "negligible"
    LIMITED = "limited"
    SIGNIFICANT = "significant"
    VERY_GREAT = "very_great"
    UNKNOWN = "unknown"


class RiskLevel(StrEnum):
    """The three outcomes the GDPR knows (art. 33(1), 34(1))."""

    UNLIKELY = "unlikely"
    RISK = "risk"
    HIGH = "high"


class Informed(StrEnum):
    """Whether the data subjects were told (GDPR art. 34; EDPB template field 97)."""

    INFORMED = "informed"
    PLANNED_ON_DATE = "planned_on_date"
    PLANNED = "planned"
    INVESTIGATING = "investigating"
    NOT_HIGH_RISK = "not_high_risk"
    EXCEPTION = "exception"
    UNKNOWN = "unknown"


class NotInformingGround(StrEnum):
    """The only grounds on which data subjects need not be told although the risk is high (art. 34(3); UAVG 41, 42)."""

    PROTECTED = "34_3_a"
    RISK_REMOVED = "34_3_b"
    DISPROPORTIONATE = "34_3_c"
    UAVG_41 = "uavg_41"
    UAVG_42 = "uavg_42"


class NoticeChannel(StrEnum):
    """How data subjects were told (AP question 10.1.7)."""

    TELEPHONE = "telephone"
    LETTER = "letter"
    EMAIL = "email"
    WEBSITE = "website"
    SOCIAL_MEDIA = "social_media"
    NEWSPAPER = "newspaper"
    OTHER = "other"


class OtherAuthority(StrEnum):
    """Supervisors under other duties (AP question 1.3)."""

    AFM = "afm"
    RDI = "rdi"
    DNB = "dnb"
    IGJ = "igj"
    ILT = "ilt"
    EDUCATION = "education"
    NCTV = "nctv"
    OVV = "ovv"
    OTHER = "other"


class PartyRole(StrEnum):
    """What another organisation was in the breach (AP question 3.3, EDPB template field 39)."""

    PROCESSOR = "processor"
    PROCESSOR_SINCE = "processor_since"
    JOINT_CONTROLLER = "joint_controller"
    CONTROLLER = "controller"
    RECIPIENT = "recipient"
    OTHER = "other"


class OrganisationSector(StrEnum):
    """Whether the controller is a private or a public body (EDPB template field 14)."""

    PRIVATE = "private"
    PUBLIC = "public"


class OrganisationSize(StrEnum):
    """How big a private controller is (EDPB template field 15)."""

    MICRO = "micro"
    SME = "sme"
    LARGE = "large"
    OTHER = "other"


class Attachment(StrEnum):
    """What is sent along with a notification (AP question 5.4, EDPB template field 125)."""

    COMMUNICATION_TO_SUBJECTS = "communication_to_subjects"
    RISK_ASSESSMENT = "risk_assessment"
    RESEARCH_REPORT = "research_report"
    RANSOM_NOTE = "ransom_note"
    PHISHING_MESSAGE = "phishing_message"
    INTERNAL_PROCEDURE = "internal_procedure"
    RETENTION_POLICY = "retention_policy"
    COMMUNICATION_TO_WRONG_RECIPIENTS = "communication_to_wrong_recipients"
    EXTERNAL_MESSAGE = "external_message"
    OTHER = "other"
