-- Remember answers until their customers write. ARGV: answers kept of a chat, then for each: chat, id
-- of the answer, its number in the chat. Gives 1 for each.
local most = tonumber(ARGV[1])
local added = {}
even_if_full()
for i = 2, #ARGV, 3 do
  local chat, unread = ARGV[i], prefix .. 'unread:' .. ARGV[i]
  redis.call('ZADD', unread, ARGV[i + 2], ARGV[i + 1])
  redis.call('ZREMRANGEBYRANK', unread, 0, -most - 1)
  redis.call('HSET', prefix .. 'chat:' .. chat, 'unread', '1')
  added[#added + 1] = 1
end
return added
