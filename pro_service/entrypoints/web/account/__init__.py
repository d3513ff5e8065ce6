"""The pages by which people look after their own account, and administrators after everybody's."""
