-- What is known of chats. ARGV: chats. Gives the record of each, as HGETALL does.
local records = {}
for _, chat in ipairs(ARGV) do
  records[#records + 1] = redis.call('HGETALL', prefix .. 'chat:' .. chat)
end
return records
