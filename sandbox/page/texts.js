// The page's words, in Russian and English. Elements name theirs: data-t, data-t-label, data-t-hint.

const RU = {
  title: "Песочница: Telegram и ПланФикс",
  subtitle: "клиент слева, оператор справа, между ними настоящий мост",
  telegram: "Telegram",
  telegramRole: "клиент",
  planfix: "ПланФикс",
  planfixRole: "оператор",
  bridge_starting: "Мост запускается…",
  bridge_ready: "Мост работает",
  bridge_away: "Мост не отвечает",
  bridge_stopped: "Мост остановлен",
  bridge_lost: "Нет связи с песочницей",
  bridgeRestart: "Убить мост",
  bridgeRestartHint: "kill -9 и новый запуск: сообщения не должны потеряться",
  log: "Журнал",
  logEmpty: "Журнал пока пуст.",
  logLabel: "Последние строки журнала моста",
  customers: "Клиенты",
  addCustomer: "Новый клиент",
  firstName: "Имя",
  lastName: "Фамилия",
  username: "Имя пользователя",
  language: "Язык",
  add: "Добавить",
  cancel: "Отмена",
  bot: "Бот поддержки",
  writesAs: "пишет",
  start: "Начать",
  startHint: "Отправить боту /start",
  sharePhone: "Поделиться телефоном",
  phonePrompt: "Ваш номер телефона",
  send: "Отправить",
  block: "Заблокировать бота",
  unblock: "Разблокировать бота",
  blockedNote: "Вы заблокировали бота. Ответы оператора не дойдут.",
  chatEmpty: "Здесь пока пусто",
  chatEmptyHint: "Нажмите «Начать» или напишите боту: сообщение появится у оператора справа.",
  noChat: "Добавьте клиента, чтобы начать переписку.",
  writeMessage: "Сообщение",
  writeAnswer: "Ответ клиенту",
  attach: "Прикрепить файлы",
  asFiles: "Картинки отправить файлами",
  remove: "Убрать файл",
  tasks: "Задачи",
  tasksEmpty: "Задач ещё нет",
  tasksEmptyHint: "Напишите что-нибудь от имени клиента слева. Каждый чат станет задачей.",
  taskHint: "Выберите задачу в списке, чтобы прочитать её и ответить.",
  writeFirst: "Написать первым",
  phone: "Телефон",
  text: "Текст",
  operator: "Оператор",
  contactUnknown: "Контакт ещё не известен",
  contactNumber: "контакт №",
  taskNumber: "Задача №",
  ourSide: "исходящее",
  ourSideName: "Бот",
  ticks_sent: "Доставлено в Telegram",
  ticks_read: "Прочитано",
  ticks_error: "Не доставлено",
  ticks_waiting: "Ожидает отправки",
  notTaken: "Мост не принял сообщение",
  downloading: "загружается…",
  failedFile: "не удалось скачать",
  edited: "изменено",
  location: "Геопозиция",
  sharedContact: "Контакт",
  unsupported: "Сообщение другого вида",
  sticker: "Стикер",
  newMessages: "Есть новые",
  failed: "Не получилось",
  reply: "Ответить",
  edit: "Изменить",
  react: "Отметить сердечком",
  replying: "Ответ на",
  editing: "Изменение сообщения",
  menu: "Команды бота",
  dropHere: "Отпустите файлы здесь",
  video: "Видео",
  audio: "Аудио",
};

const EN = {
  title: "Sandbox: Telegram and PlanFix",
  subtitle: "the customer on the left, the operator on the right, the real bridge between them",
  telegram: "Telegram",
  telegramRole: "customer",
  planfix: "PlanFix",
  planfixRole: "operator",
  bridge_starting: "The bridge is starting…",
  bridge_ready: "The bridge is running",
  bridge_away: "The bridge does not answer",
  bridge_stopped: "The bridge has stopped",
  bridge_lost: "The sandbox is gone",
  bridgeRestart: "Kill the bridge",
  bridgeRestartHint: "kill -9 and a new start: no message may get lost",
  log: "Log",
  logEmpty: "Nothing logged yet.",
  logLabel: "The last lines of the bridge's log",
  customers: "Customers",
  addCustomer: "New customer",
  firstName: "First name",
  lastName: "Last name",
  username: "Username",
  language: "Language",
  add: "Add",
  cancel: "Cancel",
  bot: "Support bot",
  writesAs: "writing as",
  start: "Start",
  startHint: "Send /start to the bot",
  sharePhone: "Share phone number",
  phonePrompt: "Your phone number",
  send: "Send",
  block: "Block the bot",
  unblock: "Unblock the bot",
  blockedNote: "You have blocked the bot. The operator's answers will not arrive.",
  chatEmpty: "Nothing here yet",
  chatEmptyHint: "Press Start or write to the bot: the operator on the right will see it.",
  noChat: "Add a customer to begin.",
  writeMessage: "Message",
  writeAnswer: "Answer the customer",
  attach: "Attach files",
  asFiles: "Send pictures as files",
  remove: "Remove the file",
  tasks: "Tasks",
  tasksEmpty: "No tasks yet",
  tasksEmptyHint: "Write something as the customer on the left. Each chat becomes a task.",
  taskHint: "Choose a task from the list to read it and answer.",
  writeFirst: "Write first",
  phone: "Phone",
  text: "Text",
  operator: "Operator",
  contactUnknown: "No contact known yet",
  contactNumber: "contact no. ",
  taskNumber: "Task no. ",
  ourSide: "outgoing",
  ourSideName: "Bot",
  ticks_sent: "Delivered to Telegram",
  ticks_read: "Read",
  ticks_error: "Not delivered",
  ticks_waiting: "Waiting to be sent",
  notTaken: "The bridge did not take the message",
  downloading: "downloading…",
  failedFile: "could not be downloaded",
  edited: "edited",
  location: "Location",
  sharedContact: "Contact",
  unsupported: "Another kind of message",
  sticker: "Sticker",
  newMessages: "New messages",
  failed: "That failed",
  reply: "Reply",
  edit: "Edit",
  react: "React with a heart",
  replying: "Reply to",
  editing: "Editing",
  menu: "The bot's commands",
  dropHere: "Drop the files here",
  video: "Video",
  audio: "Audio",
};

export const language = (navigator.language || "ru").toLowerCase().startsWith("ru") ? "ru" : "en";
const WORDS = language === "ru" ? RU : EN;

/** The words named `key`. */
export function t(key) {
  return WORDS[key] ?? key;
}

/** Put the words into the elements that name them. */
export function applyTexts(root) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
  for (const node of root.querySelectorAll("[data-t-title]")) node.title = t(node.dataset.tTitle);
  for (const node of root.querySelectorAll("[data-t-hint]")) node.placeholder = t(node.dataset.tHint);
  document.documentElement.lang = language;
  document.title = t("title");
}

/** A time of day, from Unix seconds. */
export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** A size in bytes, in words. */
export function size(bytes) {
  const units = language === "ru" ? ["Б", "КБ", "МБ"] : ["B", "KB", "MB"];
  let unit = 0;
  while (bytes >= 1024 && unit < 2) { bytes /= 1024; unit += 1; }
  return `${bytes.toLocaleString(language, { maximumFractionDigits: unit ? 1 : 0 })} ${units[unit]}`;
}
