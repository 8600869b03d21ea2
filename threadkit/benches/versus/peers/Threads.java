/** Prints the nanoseconds of one start + join. */
class Threads {
    static void oneByOne(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            Thread thread = new Thread(() -> {});
            thread.start();
            thread.join();
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        int times = Integer.parseInt(arguments[0]);
        oneByOne(times / 4);
        long before = System.nanoTime();
        oneByOne(times);
        System.out.println((double) (System.nanoTime() - before) / times);
    }
}
