def test_it_boots_and_answers(board):
    board.reset()
    board.wait_for(r"main: board .* is up")
    board.send("hello\n")
    board.wait_for("echo: hello")
