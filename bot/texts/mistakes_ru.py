"""What is wrong with settings, in Russian; the rules themselves speak English."""

import re
from typing import Final

_PHRASES: Final = (
    # Where a value comes from.
    (r"\(from the variable (\S+)\):", r"(из переменной \1):"),
    (r"\(from ([^()]+)\):", r"(из \1):"),
    (r"^the variable (\S+):", r"переменная \1:"),
    # The file and its keys.
    (
        r"is missing; set it in (.+) or in the variable (\S+)$",
        r"нет значения; задайте его в \1 или в переменной \2",
    ),
    (r"there is no such setting", "такой настройки нет"),
    (r"did you mean (\S+)\?$", r"возможно, имелась в виду \1?"),
    (
        r"is a section of settings, not a single one",
        "это раздел настроек, а не отдельная настройка",
    ),
    (r"is no valid TOML:", "это не TOML:"),
    (r"save it in the encoding UTF-8, without BOM", "сохраните его в кодировке UTF-8 без BOM"),
    (r"cannot be read:", "не читается:"),
    (r"there is no such file", "такого файла нет"),
    (r"there is no file (.+)$", r"нет файла \1"),
    (r"^(\S+) and (\S+): set both of them or neither", r"\1 и \2: задайте оба или ни одного"),
    # The rules of single settings.
    (r"must be an address such as (\S+) or (\S+)", r"нужен адрес, например \1 или \2"),
    (r"must be an address such as (\S+)", r"нужен адрес, например \1"),
    (r"must be an address without \? and #", "в адресе не должно быть ? и #"),
    (
        r"must not contain a user name or a password",
        "в адресе не должно быть имени пользователя и пароля",
    ),
    (
        r"must begin with https:// \(http:// is for this machine's loopback alone\)",
        "должно начинаться с https:// (http:// — только для адресов самой этой машины)",
    ),
    (
        r"must look like (\S+), as BotFather gave it",
        r"токен должен быть вида \1 — таким, каким его выдал BotFather",
    ),
    (
        r"must be an address with a port, such as (\S+) or (\S+)",
        r"нужен адрес с портом, например \1 или \2",
    ),
    (
        r"must have both a user name and a password, or neither",
        "нужны и имя пользователя, и пароль — или ни того, ни другого",
    ),
    (
        r"an http:// proxy takes no user name with a colon and no letters beyond Latin-1",
        "прокси http:// не принимает двоеточие в имени и буквы не из Latin-1",
    ),
    (r"must be a DSN as Sentry shows it, (\S+)", r"нужен DSN, каким его показывает Sentry: \1"),
    (
        r"must have nothing but a database's number after the host",
        "после хоста может стоять только номер базы",
    ),
    (
        r"must have nothing but a database's number after the service",
        "после службы может стоять только номер базы",
    ),
    (
        r"must end after the hosts: a Cluster has no further databases",
        "после хостов ничего не нужно: других баз у Cluster нет",
    ),
    (
        r"must have no option after \? but, for sentinels, sentinel_password",
        "после ? может стоять только sentinel_password, и только для sentinel",
    ),
    (
        r"must not be empty; operators write it, such as (\S+)",
        r"не должно быть пустым: это слово пишут операторы, например \1",
    ),
    (
        r"each must be one line without =, and none of the single letters .+ in links: (.+)$",
        r"каждое имя — одна строка без = и не буква, сокращающая имя в ссылках: \1",
    ),
    (r"must not be empty and must not contain ~", "не должно быть пустым и содержать ~"),
    (
        r"must not be the text of the example; put your own there",
        "здесь ещё текст из примера; поставьте свой ключ",
    ),
    (
        r"must not be empty; (\S+) listens everywhere",
        r"не должно быть пустым; чтобы слушать везде, укажите \1",
    ),
    (r"must not be empty", "не должно быть пустым"),
    (r"is no list such as (.+)$", r"это не список вида \1"),
    (
        r"must be a time such as 90 seconds, 12 hours or 7 days",
        "нужно время, например 90 seconds, 12 hours или 7 days",
    ),
    (r"must be between 1 second and 10 years", "нужно от одной секунды до десяти лет"),
    (
        r"must end with the service that the sentinels watch: (\S+)",
        r"в конце нужна служба, за которой следят sentinel: \1",
    ),
    (r"must name its servers as (\S+)", r"серверы записываются так: \1"),
    # Working hours.
    (r"must be a time zone such as (\S+)", r"нужен часовой пояс, например \1"),
    (
        r"is missing, so the other hours would count for nothing; set one",
        "нет значения, и остальное в [hours] ничего не значит; задайте часовой пояс",
    ),
    (
        r"is no day; write (\S+), (\S+) for every year, or (\S+)",
        r"— это не день; пишите \1, \2 (каждый год) или \3",
    ),
    (
        r"cannot be read; write days and times, such as (.+)$",
        r"не разобрать; пишите дни и часы, например \1",
    ),
    (r"needs hours, such as (.+)$", r"нужны часы, например \1"),
    (
        r"mixes a day of one year with one of every year",
        "— один день с годом, а другой без года",
    ),
    (r"ends before it begins", "кончается раньше, чем начинается"),
    # Texts for customers.
    (
        r"is too long: (\d+) characters, when it is filled in, where (\d+) fit",
        r"слишком длинно: \1 символов после подстановки, а помещается \2",
    ),
    (
        r"is too long: (\d+) characters where (\d+) fit",
        r"слишком длинно: \1 символов, а помещается \2",
    ),
    (
        r"has a lone brace; write {{ for { and }} for }",
        "фигурная скобка без пары; вместо { пишите {{, вместо } — }}",
    ),
    (
        r"cannot fill in (\{.*\}); it has no fields$",
        r"\1 подставить нельзя: здесь ничего не подставляется",
    ),
    (r"cannot fill in (\{.*?\}); it knows (.+)$", r"\1 подставить нельзя; можно \2"),
    (r"(?<=\}) and (?=\{)", " и "),
    # A package that is not there.
    (
        r"needs the package (\S+), which is not installed: .+ with its extra, (.+)$",
        r"нужен пакет \1, а он не установлен: установите мост вместе с ним, \2",
    ),
    # What every kind of value has to be.
    (r"must be a valid integer.*$", "нужно целое число"),
    (r"must be a valid (?:number|decimal).*$", "нужно число"),
    (r"must be a finite number", "нужно конечное число"),
    (r"must be a valid boolean.*$", "нужно true или false"),
    (r"must be a valid string", "нужна строка"),
    (r"must be a valid (?:tuple|list|array).*$", "нужен список"),
    (r"must be greater than or equal to (\S+)", r"нужно не меньше \1"),
    (r"must be less than or equal to (\S+)", r"нужно не больше \1"),
    (r"(?:tuple|value) should have at least 1 item.*$", "нужно хотя бы одно значение"),
    (r"(?:value|input) is not a valid IPv\d.*$", "нужен адрес или сеть, например 10.0.0.0/8"),
    (r"must be ('.+')$", r"нужно одно из: \1"),
    (r"(?<=') or (?=')", " или "),
)
_RULES: Final = [(re.compile(pattern), russian) for pattern, russian in _PHRASES]


def in_russian(mistake: str) -> str:
    """A line about a mistake in Russian; what has no translation stays as it is."""
    for pattern, russian in _RULES:
        mistake = pattern.sub(russian, mistake)
    return mistake
