"""English texts."""

from bot.texts.content_en import CONTENT
from bot.texts.delivery_en import DELIVERY
from bot.texts.model import CustomerTexts, OperatorTexts, Speech
from bot.texts.opening import opens_en

CUSTOMER = CustomerTexts(
    greeting="Hello! Write your question, and we will answer it here.",
    outside_hours=(
        "Thank you for your message! There is nobody here right now. "
        "We will be back {opens} and answer you then."
    ),
    ask_phone="Please share your phone number with us: press the button below the message field.",
    phone_button="📱 Send my number",
    phone_thanks="Thank you, we have your number.",
    phone_foreign=(
        "This is somebody else's number. To send your own, press the button below the message "
        "field."
    ),
    cannot_take_file=(
        "We could not take {files}. Telegram gives bots no files above {limit} MB. "
        "Please send a smaller file or a link to it."
    ),
    blocked="We no longer take messages from you. Nobody will read this one.",
    help=(
        "Write your question here: a person will read it and answer you. "
        "You can send photos, files and voice messages, too.\n"
        "\n"
        "/task — the number of your request\n"
        "/help — this help"
    ),
    task="The number of your request is {number}.",
    no_task="You have no request yet. Write your question, and there will be one.",
    task_unavailable="We could not find out the number right now. Please try again a little later.",
    file_link="📎 {name}: {url}",
    file_sized_link="📎 {name} ({size} MB): {url}",
    file_lost="📎 {name} — this file could not be sent.",
    command_start="Start the conversation",
    command_help="How to use this bot",
    command_task="The number of my request",
    speech=Speech(quoted="“{text}”", opens=opens_en),
)

OPERATOR = OperatorTexts(
    title="{name} — Telegram",
    message_missing=(
        "[a message of the customer is missing here: PlanFix refused it — {reason}. "
        "An administrator can see it with python -m bot queue show {entry}]"
    ),
    command_answered="[the customer chose {command}, the bot answered: “{answer}”]",
    alarm=(
        "PlanFix refused a customer's message (chat {chat}): {reason}\n"
        "It was put aside: python -m bot queue show {entry}"
    ),
    alarms_held_back="Also put aside since the last alarm: {count}.",
    telegram_id="Telegram ID: {id}",
    language="Language: {code}",
    content=CONTENT,
    delivery=DELIVERY,
    impossible_chat="No Telegram chat can have this id.",
    unknown_phone=(
        "The bot does not know this number. It cannot write first: the customer must write first "
        "and share the phone number."
    ),
)
