-- Remember fields of chats' records. ARGV for each chat: chat, number of fields, (field, value)*.
-- Gives 1 for each.
local saved = {}
even_if_full()
local i = 1
while i <= #ARGV do
  local last = i + 1 + 2 * tonumber(ARGV[i + 1])
  redis.call('HSET', prefix .. 'chat:' .. ARGV[i], unpack(ARGV, i + 2, last))
  saved[#saved + 1] = 1
  i = last + 1
end
return saved
