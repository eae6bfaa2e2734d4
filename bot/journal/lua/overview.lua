-- Look at mailboxes without touching them. ARGV: lane, first, last (ranks by the time they are due).
-- Gives {chat, entries, the line about the head, tries, leased}*.
local lane = ARGV[1]
local found = {}
for _, chat in ipairs(redis.call('ZRANGE', key('due', lane), ARGV[2], ARGV[3])) do
  local box = key('box', lane, chat)
  local head = redis.call('LINDEX', box, 0)
  if head then
    found[#found + 1] = {
      chat,
      redis.call('LLEN', box),
      string.sub(head, 1, string.find(head, '\n', 1, true) - 1),
      redis.call('HGET', key('tries', lane), chat) or '',
      redis.call('HEXISTS', key('lease', lane), chat),
    }
  end
end
return found
