"""English texts about operators' messages that did not arrive as they were."""

from bot.texts.delivery import DeliveryTexts

DELIVERY = DeliveryTexts(
    blocked="The customer has blocked the bot.",
    banned="Not sent: an administrator has banned this customer.",
    deactivated="The customer has deleted their Telegram account.",
    chat_not_found="Telegram knows no such chat: the customer has not written yet, or left.",
    never_wrote="The bot cannot write first: the customer has to write to it before.",
    kicked="The bot was removed from this chat.",
    not_member="The bot is not a member of this chat.",
    chat_gone="This chat no longer exists.",
    no_rights="The bot may not write in this chat.",
    topic_gone="The topic in this chat is closed or deleted.",
    business_closed=(
        "The business account cannot answer now: the bot was disconnected from it, "
        "or the customer has not written for a day."
    ),
    empty="The message is empty: there is nothing to send.",
    refused="Telegram refused the message: {reason}",
    file_as_link="The customer got a link in place of the file “{name}”: {reason}.",
    file_lost="The file “{name}” was not sent: {reason}.",
    too_large="it is larger than {limit} MB, and Telegram takes no such files from bots",
    file_empty="it is empty",
    file_refused="Telegram refused it ({reason})",
    bad_address="its address is not one of a file",
    foreign_host="files may not be fetched from {host}; an administrator can allow it",
    private_host="the host {host} has no public address",
    bad_status="it could not be downloaded: the server answered {status}",
    login_page="a web page came in its place",
    compressed="it came compressed",
    redirects="its address redirects too many times",
    silent="the server that has it does not answer",
)
