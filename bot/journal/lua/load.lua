-- What is known of chats. ARGV: chats. Gives the record of each, as HGETALL does.
local records = {}
for _, chat in ipairs(ARGV) do
  records[#records + 1] = record_of(chat)
end
return records
